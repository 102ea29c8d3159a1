// Lookahead for blocks that end at a closing delimiter, possibly behind blank lines: display maths and comments. Without
// the delimiter such a block is ordinary text, so its meaning depends on text that may not have arrived yet.
import type { Env, StateBlock } from "markdown-it";

/** Maximum length of such a block in characters. It limits how much of a growing text is parsed again. */
const MAX_LENGTH = 10_000;

interface Search {
  from: number;
  found: number;
}

const searches = new WeakMap<object, Map<string, Search>>();

/**
 * The next occurrence of the delimiter that no backslash escapes; -1 without one. The last result for each delimiter is
 * kept, so that a text full of opening delimiters is not searched to its end for each.
 */
export function nextUnescaped(state: { readonly src: string }, delimiter: string, from: number): number {
  return search(state, delimiter, from, () => {
    const { src } = state;
    let found = src.indexOf(delimiter, from);
    while (found !== -1 && isEscaped(src, found)) found = src.indexOf(delimiter, found + 1);
    return found;
  });
}

function search(state: object, key: string, from: number, find: () => number): number {
  const known = searches.get(state) ?? new Map<string, Search>();
  searches.set(state, known);
  const last = known.get(key);
  if (last && last.from <= from && (last.found === -1 || from <= last.found)) return last.found;
  const found = find();
  known.set(key, { from, found });
  return found;
}

function isEscaped(src: string, position: number): boolean {
  let start = position;
  while (src[start - 1] === "\\") start -= 1;
  return (position - start) % 2 === 1;
}

/** Lines that are never TeX and therefore end the search: headings, fences, table rules, thematic breaks. */
const OTHER_BLOCK = /(?:#{1,6} |```|~~~|\|? *:?-{3})/y;

/** The first line from `line` on that is outside the container, or no `content`; `endLine` without one. */
function barrierLine(state: StateBlock, line: number, endLine: number, content: Content): number {
  return search(state, `barrier ${content} ${state.level} ${state.blkIndent}`, line, () => {
    let barrier = line;
    while (barrier < endLine && !isBarrier(state, barrier, content)) barrier += 1;
    return barrier;
  });
}

function isBarrier(state: StateBlock, line: number, content: Content): boolean {
  if (state.isEmpty(line)) return false;
  if ((state.sCount[line] ?? 0) < state.blkIndent) return true;
  OTHER_BLOCK.lastIndex = lineStart(state, line);
  return content === "tex" && OTHER_BLOCK.test(state.src);
}

/** Offset of the first character of a line, after its indentation. */
export function lineStart(state: StateBlock, line: number): number {
  return (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
}

/** Environment of a parse: the first line whose meaning depends on text that has not arrived. */
export interface LookaheadEnv extends Env {
  unclosedLine?: number | undefined;
}

/** A comment contains any line, TeX not all of them. */
type Content = "tex" | "comment";

export interface Closing {
  readonly line: number;
  /** Offset of the closing delimiter. */
  readonly offset: number;
}

/** The closing delimiter of a block whose content begins at offset `from` in `startLine`; null without one. */
export function findClosing(
  state: StateBlock,
  startLine: number,
  endLine: number,
  from: number,
  delimiter: string,
  content: Content,
): Closing | null {
  const offset = nextUnescaped(state, delimiter, from);
  const containerEnd = state.eMarks[endLine - 1] ?? 0;
  if (offset === -1 || offset >= containerEnd) {
    const env = state.env as LookaheadEnv;
    const mayFollow = state.src.length - from <= MAX_LENGTH && (env.unclosedLine ?? Infinity) > startLine;
    if (mayFollow && barrierLine(state, startLine + 1, endLine, content) >= endLine)
      env.unclosedLine = startLine;
    return null;
  }
  if (offset - from > MAX_LENGTH) return null;
  const line = lineAt(state, offset, startLine, endLine);
  return barrierLine(state, startLine + 1, endLine, content) <= line ? null : { line, offset };
}

function lineAt(state: StateBlock, offset: number, first: number, end: number): number {
  let low = first;
  let high = end - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((state.eMarks[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
