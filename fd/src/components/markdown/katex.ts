// KaTeX with its styles and fonts. Loaded with the first formula.
import katex from "katex";
import "katex/dist/katex.min.css";

/**
 * An element with the formula, or null when the TeX is not valid. It is built element by element: a string of HTML
 * would carry style attributes, which the content security policy forbids.
 */
export function renderFormula(tex: string, display: boolean): HTMLElement | null {
  const element = document.createElement("span");
  try {
    katex.render(tex, element, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxExpand: 200,
      maxSize: 50,
    });
    return element;
  } catch {
    return null;
  }
}
