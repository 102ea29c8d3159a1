// KaTeX with its styles and fonts. Loaded with the first formula.
import katex from "katex";
import "katex/dist/katex.min.css";

interface Parts {
  readonly shown: HTMLElement;
  /** MathML, a third of the elements, used by assistive technology only. */
  readonly mathml: Element | null;
}

/** Cache size: formulas recur within a text, and when a reader scrolls back. */
const MAX_KEPT = 100;
const kept = new Map<string, Parts | null>();

export interface Typeset {
  readonly element: HTMLElement;
  /** Adds the MathML for assistive technology. */
  addSpoken(): void;
}

/** The rendered formula, or null when the TeX is invalid. */
export function renderFormula(tex: string, display: boolean): Typeset | null {
  const key = `${display} ${tex}`;
  const known = kept.get(key);
  const parts = known === undefined ? setFormula(tex, display) : known;
  // The least recently used entry comes first (LRU).
  kept.delete(key);
  kept.set(key, parts);
  const [first = key] = kept.keys();
  if (kept.size > MAX_KEPT) kept.delete(first);
  if (!parts) return null;
  const element = parts.shown.cloneNode(true) as HTMLElement;
  return {
    element,
    addSpoken() {
      if (parts.mathml) element.querySelector(".katex")?.prepend(parts.mathml.cloneNode(true));
    },
  };
}

/** Limit on what the macros that a formula defines expand to, in tokens. A token becomes an element or two. */
const MAX_MACRO_TOKENS = 20_000;

interface Macro {
  readonly tokens: readonly { readonly text: string }[];
  readonly numArgs: number;
  readonly unexpandable?: boolean;
}

interface MacroExpander {
  /** Tokens to read before the rest of the source. */
  readonly stack: readonly unknown[];
}

/**
 * KaTeX's namespace for the macros of one formula. `maxExpand` limits how often macros are expanded, but not how long
 * their expansions are: one macro of 500 tokens, used 1000 times, would occupy the page for minutes. So each
 * definition is stored as a function that charges its expansion to `MAX_MACRO_TOKENS`, and throws beyond it.
 */
function limitedMacros(tex: string): Record<string, string | object> {
  let left = MAX_MACRO_TOKENS;
  return new Proxy<Record<string, string | object>>(
    {},
    {
      set(macros, name: string, macro: string | object | Macro) {
        // KaTeX itself sets strings and functions, and `\let` sets existing definitions.
        if (typeof macro !== "object" || !("tokens" in macro) || macro.unexpandable) {
          macros[name] = macro;
          return true;
        }
        const placeholders = macro.tokens.filter(({ text }) => text === "#").length;
        const copies = Math.max(0, placeholders - macro.numArgs);
        macros[name] = ({ stack }: MacroExpander) => {
          // An argument is at most the rest of the source.
          left -= macro.tokens.length + copies * (stack.length + tex.length);
          if (left < 0) throw new RangeError("The macros of a formula expand to too many tokens.");
          return macro;
        };
        return true;
      },
    },
  );
}

/** Built element by element: a string of HTML would carry style attributes, which the content security policy forbids. */
function setFormula(tex: string, display: boolean): Parts | null {
  const shown = document.createElement("span");
  try {
    katex.render(tex, shown, {
      displayMode: display,
      throwOnError: true,
      trust: false,
      macros: limitedMacros(tex),
      maxExpand: 1000,
      maxSize: 50,
    });
    const mathml = shown.querySelector(".katex-mathml");
    mathml?.remove();
    return { shown, mathml };
  } catch {
    return null;
  }
}
