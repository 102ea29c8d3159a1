import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "vite";
import { afterAll, describe, expect, it, vi } from "vitest";
import { preferredLanguage } from "@/first-paint/language";
import { LANGUAGE_KEY } from "@/storage-keys";
import { languages } from "../../languages.config";
import { chooseLanguage, LANGUAGES } from "./index";

const codes = LANGUAGES.map(({ code }) => code);

function browserPrefers(...tags: string[]): void {
  localStorage.removeItem(LANGUAGE_KEY);
  vi.spyOn(navigator, "languages", "get").mockReturnValue(tags);
}

afterAll(() => chooseLanguage("en"));

describe("the languages", () => {
  it.each(codes)("%s stays chosen when the page is opened again", async (code) => {
    await chooseLanguage(code);
    expect(preferredLanguage()).toBe(code);
    expect(document.documentElement.lang).toBe(code);
  });

  it.each(codes)("%s is chosen where the browser prefers it", (code) => {
    browserPrefers(code);
    expect(preferredLanguage()).toBe(code);
  });

  it.each([
    ["en-GB", "en"],
    ["zh-HK", "zh-TW"],
    ["zh-Hant", "zh-TW"],
    ["zh-SG", "zh-CN"],
    ["zh", "zh-CN"],
    ["ja-JP", "ja"],
    ["pt-BR", "zh-CN"],
  ])("for a browser that prefers %s is %s", (tag, code) => {
    browserPrefers(tag);
    expect(preferredLanguage(["zh-CN", "en", "ja", "zh-TW"])).toBe(code);
  });
});

describe("a language's file", () => {
  const folder = mkdtempSync(join(tmpdir(), "languages-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function load(plugin: Plugin, id: string): Promise<string> {
    const { resolveId, load } = plugin as unknown as {
      resolveId: (id: string) => string;
      load: (this: { addWatchFile: (file: string) => void }, id: string) => Promise<string>;
    };
    return load.call({ addWatchFile: () => undefined }, resolveId(id));
  }

  it("is all that a new language takes", async () => {
    for (const code of ["zh-CN", "en"])
      writeFileSync(join(folder, `${code}.ts`), readFileSync(`src/i18n/${code}.ts`));
    const french = readFileSync("src/i18n/en.ts", "utf8")
      .replace('name = "English"', 'name = "Français"')
      .replace(/welcome: ".*?"/, 'welcome: "Bonjour"');
    writeFileSync(join(folder, "fr.ts"), french);
    const plugin = languages(folder);
    expect(await load(plugin, "virtual:languages")).toContain('{code: "fr", name: "Français"');
    expect(await load(plugin, "virtual:first-paint-texts")).toContain('"fr":{"welcome":"Bonjour"');
    expect(await load(plugin, "virtual:texts/fr/texts")).toContain('"welcome":"Bonjour"');
    browserPrefers("fr-CA");
    expect(preferredLanguage(["zh-CN", "en", "fr"])).toBe("fr");
  });
});
