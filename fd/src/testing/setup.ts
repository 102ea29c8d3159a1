// Before each test file: the parts of a browser that jsdom lacks, and the English texts.
import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { chooseLanguage, loadTexts } from "@/i18n";
import "./waits";

// jsdom has no `matchMedia`: a wide window of a computer with a mouse.
window.matchMedia ??= (query) =>
  Object.assign(new EventTarget(), {
    matches: query.includes("min-width") || query === "(hover: hover)",
    media: query,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

// jsdom has no layout, so nothing in it is resized or scrolled, and no fonts.
window.CSS ??= { supports: () => true } as unknown as typeof CSS;
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};
Element.prototype.scrollTo ??= () => undefined;
if (!document.fonts) Object.assign(document, { fonts: { load: () => Promise.resolve([]) } });

beforeAll(async () => {
  await chooseLanguage("en");
  await loadTexts("texts");
  await loadTexts("settingsTexts");
  await loadTexts("shareTexts");
});
beforeEach(() => localStorage.clear());
afterEach(cleanup);
