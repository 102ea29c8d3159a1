// Checklist of a new language: its texts, the list of languages, the first-paint script.
import { describe, expect, it } from "vitest";
import { preferredLanguage } from "@/first-paint/language";
import { LANGUAGE_KEY } from "@/storage-keys";
import { LANGUAGES, startI18n } from "./index";

const languagesOf = (files: object) =>
  Object.keys(files)
    .map((file) => /\/([a-z]{2}(?:-[A-Z]{2})?)\.ts$/.exec(file)?.[1])
    .filter((code) => code !== undefined)
    .sort();
const files = languagesOf(import.meta.glob("./*.ts"));
const codes = LANGUAGES.map(({ code }) => code);

describe("the languages", () => {
  it("to choose from are those with texts", () => {
    expect([...codes].sort()).toEqual(files);
    expect(languagesOf(import.meta.glob("./settings/*.ts"))).toEqual(files);
  });

  it.each(codes)("%s stays chosen when the page is opened again", async (code) => {
    localStorage.setItem(LANGUAGE_KEY, code);
    expect(preferredLanguage()).toBe(code);
    document.documentElement.lang = preferredLanguage();
    await startI18n();
    expect(document.documentElement.lang).toBe(code);
  });

  it.each(codes)("%s is taken where the browser prefers it", (code) => {
    localStorage.removeItem(LANGUAGE_KEY);
    Object.defineProperty(navigator, "languages", { value: [code], configurable: true });
    expect(preferredLanguage()).toBe(code);
  });
});
