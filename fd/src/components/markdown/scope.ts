// State that the parts of one reply share: macros and equation numbers of its formulas, and numbers of its footnotes.
// Each block contributes a summary, which is computed once.
import type { Token } from "markdown-it";
import type { Block } from "./parse";

/** The state before a block that influences its formulas. */
export interface FormulaScope {
  /** TeX of the formulas that define macros. */
  readonly definitions: string;
  /** Number of equations so far. */
  readonly equations: number;
  /** The number or tag of each labelled equation of the reply, also of later ones. */
  readonly labels: ReadonlyMap<string, string>;
}

export const EMPTY_SCOPE: FormulaScope = { definitions: "", equations: 0, labels: new Map() };

interface Summary {
  readonly hasMath: boolean;
  readonly refers: boolean;
  readonly definitions: string;
  readonly rows: readonly Row[];
  /** Labels of the footnotes it refers to. */
  readonly notes: readonly string[];
}

const summaries = new WeakMap<Block, Summary>();

function summaryOf(block: Block): Summary {
  const known = summaries.get(block);
  if (known) return known;
  const math: string[] = [];
  const notes: string[] = [];
  const visit = (tokens: readonly Token[]) => {
    for (const token of tokens) {
      if (token.type === "math" || token.type === "math_block" || isMathFence(token))
        math.push(token.content);
      else if (token.type === "footnote_ref") notes.push(token.content);
      if (token.children) visit(token.children);
    }
  };
  visit(block.tokens);
  const summary = {
    hasMath: math.length > 0,
    refers: math.some((tex) => tex.includes("ref{")),
    definitions: definitionsOf(math),
    rows: math.flatMap(rowsOf),
    notes,
  };
  summaries.set(block, summary);
  return summary;
}

/** GitHub's ```math. */
export function isMathFence({ type, info }: Token): boolean {
  return type === "fence" && /^\s*math\s*$/.test(info);
}

const DEFINES = /\\(?:(?:re|provide)?newcommand|[gex]?def|let)(?![A-Za-z])/;

/** The formulas that define macros. */
export function definitionsOf(formulas: readonly string[]): string {
  return formulas
    .filter((tex) => DEFINES.test(tex))
    .map((tex) => `${tex}\n`)
    .join("");
}

interface Row {
  /** Whether it has a number of its own, instead of a tag or none. */
  readonly numbered: boolean;
  readonly tag: string;
  readonly label: string;
}

const ROW_PARTS =
  /\\(begin|end)\{([A-Za-z]+\*?)\}|\\\\|\\no(?:number|tag)(?![A-Za-z])|\\tag\*?\{([^{}]*)\}|\\label\{([^{}]*)\}/g;
const NUMBERED_ENVIRONMENT = /^(?:equation|align|alignat|gather)$/;

/** The rows of a formula that have a number, a tag or a label. */
function rowsOf(tex: string): Row[] {
  const rows: Row[] = [];
  const environments: string[] = [];
  let row = { suppressed: false, tag: "", label: "" };
  const endRow = (inEnvironment: boolean) => {
    const numbered = inEnvironment && !row.suppressed && row.tag === "";
    if (numbered || row.label || row.tag) rows.push({ numbered, tag: row.tag, label: row.label });
    row = { suppressed: false, tag: "", label: "" };
  };
  for (const [source, edge, name = "", tag, label] of tex.matchAll(ROW_PARTS)) {
    const isNumbered = environments.length === 1 && NUMBERED_ENVIRONMENT.test(environments[0] ?? "");
    if (edge === "begin") environments.push(name);
    else if (edge === "end") {
      if (isNumbered) endRow(true);
      environments.pop();
    } else if (source === "\\\\") {
      if (isNumbered) endRow(true);
    } else if (tag !== undefined) row.tag = tag;
    else if (label !== undefined) row.label = label;
    else row.suppressed = true;
  }
  if (row.label || row.tag) endRow(false);
  return rows;
}

/** Number of the equations in a formula that KaTeX numbers. */
export function numberedRows(tex: string): number {
  return rowsOf(tex).filter(({ numbered }) => numbered).length;
}

/** The scope of each block, in order. Blocks without formulas have the empty one. */
export function scopesOf(blocks: readonly Block[]): readonly FormulaScope[] {
  const labels = new Map<string, string>();
  let equations = 0;
  for (const block of blocks) {
    for (const { numbered, tag, label } of summaryOf(block).rows) {
      if (numbered) equations += 1;
      const shown = tag || (numbered ? `${equations}` : "");
      if (label && shown) labels.set(label, shown);
    }
  }
  let definitions = "";
  equations = 0;
  return blocks.map((block) => {
    const summary = summaryOf(block);
    const scope = summary.hasMath
      ? { definitions, equations, labels: summary.refers ? labels : EMPTY_SCOPE.labels }
      : EMPTY_SCOPE;
    definitions += summary.definitions;
    equations += summary.rows.filter(({ numbered }) => numbered).length;
    return scope;
  });
}

export function sameScope(a: FormulaScope, b: FormulaScope): boolean {
  return (
    a === b ||
    (a.definitions === b.definitions &&
      a.equations === b.equations &&
      a.labels.size === b.labels.size &&
      [...a.labels].every(([label, shown]) => b.labels.get(label) === shown))
  );
}

/** References to labelled equations, replaced with their numbers. */
export function withReferences(tex: string, labels: ReadonlyMap<string, string>): string {
  return tex.replace(/\\(eq)?ref\{([^{}]*)\}/g, (source, parenthesized, label: string) => {
    const shown = labels.get(label);
    if (shown === undefined || !/^[\w .*'-]+$/.test(shown)) return source;
    return parenthesized ? `\\text{(${shown})}` : `\\text{${shown}}`;
  });
}

/** Labels of footnotes in the order of their numbers: as the text refers to them, then notes without a reference. */
export function footnoteOrder(body: readonly Block[], notes: readonly Block[]): readonly string[] {
  const order = new Set<string>();
  for (const block of [...body, ...notes]) for (const label of summaryOf(block).notes) order.add(label);
  for (const { tokens } of notes) if (tokens[0]) order.add(tokens[0].info);
  return [...order];
}
