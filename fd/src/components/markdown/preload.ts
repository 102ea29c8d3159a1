// What a reply may need to be shown, loaded while its question is being written: the first code and the first formula
// then appear as they stay.
import { whenIdle } from "@/tasks";

let begun = false;

/** What models write most. Preparing a language takes as long as colouring a screen of it. */
const USUAL_LANGUAGES = ["python", "javascript", "typescript", "bash", "json"];
/** In every formula; without them it would be set twice. */
const USUAL_FONTS = ["16px KaTeX_Main", "italic 16px KaTeX_Math"];

/** Loads the renderer, the highlighter and KaTeX once the page has nothing else to do, and has them do what is slow once. */
export function preloadRenderers(): void {
  if (begun) return;
  begun = true;
  whenIdle(() => {
    // What cannot be loaded now is loaded when it is met.
    import("./index").catch(() => undefined);
    import("./highlight").then(
      ({ highlight }) => oneByOne(USUAL_LANGUAGES.map((language) => () => highlight("", language))),
      () => undefined,
    );
    import("./katex").then(
      ({ renderFormula }) => {
        whenIdle(() => renderFormula("\\sum_i \\frac{a_i^2}{\\sqrt{b}}", true));
        for (const font of USUAL_FONTS) document.fonts.load(font).catch(() => undefined);
      },
      () => undefined,
    );
  });
}

/** Each in a moment of its own, so that no task is long. */
function oneByOne([first, ...others]: readonly (() => unknown)[]): void {
  if (!first) return;
  whenIdle(() => {
    first();
    oneByOne(others);
  });
}
