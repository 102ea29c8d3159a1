import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { chooseLanguage, loadTexts } from "@/i18n";

// jsdom has no `matchMedia`: a wide window of a computer with a mouse.
window.matchMedia ??= (query) =>
  Object.assign(new EventTarget(), {
    matches: query.includes("min-width") || query === "(hover: hover)",
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

beforeAll(async () => {
  await chooseLanguage("en");
  await loadTexts("texts");
  await loadTexts("settingsTexts");
  await loadTexts("shareTexts");
});
beforeEach(() => localStorage.clear());
afterEach(cleanup);
