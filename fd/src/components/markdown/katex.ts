// KaTeX with its styles and fonts. Loaded with the first formula.
import katex from "katex";
import "katex/dist/katex.min.css";

/** Formulas recur: a symbol in a text, and all of them where a reader comes back to. */
const MAX_KEPT = 100;
const kept = new Map<string, HTMLElement | null>();

export interface Typeset {
  readonly element: HTMLElement;
  /** Adds what only assistive technology reads, as MathML: a third of the elements. */
  addSpoken(): void;
}

/** The formula, or null when the TeX is not valid. */
export function renderFormula(tex: string, display: boolean): Typeset | null {
  const key = `${display} ${tex}`;
  const known = kept.get(key);
  const formula = known === undefined ? setFormula(tex, display) : known;
  // The one that was not wanted for the longest comes first.
  kept.delete(key);
  kept.set(key, formula);
  const [first = key] = kept.keys();
  if (kept.size > MAX_KEPT) kept.delete(first);
  return formula && typeset(formula.cloneNode(true) as HTMLElement);
}

function typeset(element: HTMLElement): Typeset {
  const spoken = element.querySelector(".katex-mathml");
  const parent = spoken?.parentElement;
  spoken?.remove();
  return { element, addSpoken: () => spoken && parent?.prepend(spoken) };
}

/** Built element by element: a string of HTML would carry style attributes, which the content security policy forbids. */
function setFormula(tex: string, display: boolean): HTMLElement | null {
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
