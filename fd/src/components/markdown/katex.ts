// KaTeX with its styles and fonts. Loaded with the first formula.
import katex, { type KatexOptions } from "katex";
import "katex/contrib/mhchem";
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
  addMathML(): void;
}

/**
 * The rendered formula, or null when the TeX is invalid. `definitions`: earlier TeX whose macros it may use. `source`:
 * the TeX as it was written, for assistive technology.
 */
export function renderFormula(tex: string, display: boolean, definitions = "", source = tex): Typeset | null {
  const key = `${display} ${tex} ${source} ${definitions}`;
  const known = kept.get(key);
  const parts = known === undefined ? setFormula(tex, display, definitions, source) : known;
  // The least recently used entry comes first (LRU).
  kept.delete(key);
  kept.set(key, parts);
  const [first = key] = kept.keys();
  if (kept.size > MAX_KEPT) kept.delete(first);
  if (!parts) return null;
  const element = parts.shown.cloneNode(true) as HTMLElement;
  return {
    element,
    addMathML() {
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

function isDefinition(macro: string | object | undefined): macro is Macro {
  return typeof macro === "object" && "tokens" in macro;
}

interface MacroExpander {
  /** Tokens to read before the rest of the source. */
  readonly stack: readonly unknown[];
}

type Macros = Record<string, string | object>;

/** The definition behind each function that charges for it. */
const definitionOf = new WeakMap<object, object>();

/**
 * KaTeX's namespace for the macros of one formula, which begins with `shared` ones. `maxExpand` limits how often macros
 * are expanded, but not how long their expansions are: one macro of 500 tokens, used 1000 times, would occupy the page
 * for minutes. So each definition is read as a function that charges its expansion to `MAX_MACRO_TOKENS`, and throws
 * beyond it.
 */
function limitedMacros(tex: string, shared: Macros): Macros {
  let left = MAX_MACRO_TOKENS;
  return new Proxy<Macros>(
    { ...shared },
    {
      get(macros, name: string) {
        const macro = macros[name];
        // KaTeX itself sets strings and functions.
        if (!isDefinition(macro) || macro.unexpandable) return macro;
        const placeholders = macro.tokens.filter(({ text }) => text === "#").length;
        const copies = Math.max(0, placeholders - macro.numArgs);
        const charge = ({ stack }: MacroExpander) => {
          // An argument is at most the rest of the source.
          left -= macro.tokens.length + copies * (stack.length + tex.length);
          if (left < 0) throw new RangeError("The macros of a formula expand to too many tokens.");
          return macro;
        };
        definitionOf.set(charge, macro);
        return charge;
      },
      set(macros, name: string, macro: string | object) {
        macros[name] = (typeof macro === "function" ? definitionOf.get(macro) : undefined) ?? macro;
        return true;
      },
    },
  );
}

interface ArgumentReader {
  consumeArg(): unknown;
}

/** Commands of papers that KaTeX lacks. Numbers of labelled equations are inserted before KaTeX (scope.ts). */
const ADDED_MACROS: Macros = {
  "\\label": (reader: ArgumentReader) => {
    reader.consumeArg();
    return "";
  },
};

function options(display: boolean, macros: Macros): KatexOptions {
  return {
    displayMode: display,
    throwOnError: true,
    trust: false,
    strict: false,
    macros,
    maxExpand: 1000,
    maxSize: 50,
  };
}

/** The macros of the last `definitions`: the formulas of a reply have the same ones, or a few more. */
let last: { definitions: string; macros: Macros } = { definitions: "", macros: ADDED_MACROS };

function macrosOf(definitions: string): Macros {
  if (definitions === last.definitions) return last.macros;
  const macros = limitedMacros(definitions, ADDED_MACROS);
  try {
    katex.render(definitions, document.createElement("span"), {
      ...options(true, macros),
      globalGroup: true,
    });
  } catch {
    // The definitions before the error stay.
  }
  // A copy reads the definitions through the proxy, as functions that charge this budget, so each is unwrapped.
  const shared: Macros = {};
  for (const name of Object.keys(macros)) {
    const macro = macros[name];
    if (macro !== undefined) shared[name] = definitionOf.get(macro as object) ?? macro;
  }
  last = { definitions, macros: shared };
  return shared;
}

/** Built element by element: a string of HTML would carry style attributes, which the content security policy forbids. */
function setFormula(tex: string, display: boolean, definitions: string, source: string): Parts | null {
  const shown = document.createElement("span");
  try {
    katex.render(tex, shown, options(display, limitedMacros(tex, macrosOf(definitions))));
  } catch {
    return null;
  }
  const mathml = shown.querySelector(".katex-mathml");
  const annotation = mathml?.querySelector("annotation");
  if (annotation) annotation.textContent = source;
  mathml?.remove();
  return { shown, mathml };
}
