// KaTeX with its styles and fonts. Loaded with the first formula.
import katex from "katex";
import "katex/dist/katex.min.css";

interface Parts {
  readonly shown: HTMLElement;
  /** MathML, a third of the elements, which only assistive technology reads. */
  readonly spoken: Element | null;
}

/** Formulas recur: a symbol in a text, and all of them where a reader comes back to. */
const MAX_KEPT = 100;
const kept = new Map<string, Parts | null>();

export interface Typeset {
  readonly element: HTMLElement;
  /** Adds what is read aloud. */
  addSpoken(): void;
}

/** The formula, or null when the TeX is not valid. */
export function renderFormula(tex: string, display: boolean): Typeset | null {
  const key = `${display} ${tex}`;
  const known = kept.get(key);
  const parts = known === undefined ? setFormula(tex, display) : known;
  // The one that was not wanted for the longest comes first.
  kept.delete(key);
  kept.set(key, parts);
  const [first = key] = kept.keys();
  if (kept.size > MAX_KEPT) kept.delete(first);
  if (!parts) return null;
  const element = parts.shown.cloneNode(true) as HTMLElement;
  return {
    element,
    addSpoken() {
      if (parts.spoken) element.querySelector(".katex")?.prepend(parts.spoken.cloneNode(true));
    },
  };
}

/** Built element by element: a string of HTML would carry style attributes, which the content security policy forbids. */
function setFormula(tex: string, display: boolean): Parts | null {
  const shown = document.createElement("span");
  try {
    katex.render(tex, shown, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      maxExpand: 200,
      maxSize: 50,
    });
    const spoken = shown.querySelector(".katex-mathml");
    spoken?.remove();
    return { shown, spoken };
  } catch {
    return null;
  }
}
