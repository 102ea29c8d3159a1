// Preloading of renderers while the user types: the first code block and the first formula of a reply are then rendered
// without delay.
import { whenIdle } from "@/tasks";

let started = false;

/** Frequent languages. Registering one takes as long as highlighting a screen of code. */
const USUAL_LANGUAGES = ["python", "javascript", "typescript", "bash", "json"];
/** Fonts of every formula; loaded late, they would cause a second layout. */
const USUAL_FONTS = ["16px KaTeX_Main", "italic 16px KaTeX_Math"];

/** Loads the renderer, the highlighter and KaTeX when the page is idle, and warms them up. */
export function preloadRenderers(): void {
  if (started) return;
  started = true;
  whenIdle(() => {
    // A failed preload is repeated when the module is needed.
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

/** Runs each in an idle period of its own, to avoid long tasks. */
function oneByOne([first, ...others]: readonly (() => unknown)[]): void {
  if (!first) return;
  whenIdle(() => {
    first();
    oneByOne(others);
  });
}
