// TeX in markdown: $…$ and \(…\) within a line, $$…$$ and \[…\] within a line or as a block.
import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";

const DISPLAY_DELIMITERS = [
  ["$$", "$$"],
  ["\\[", "\\]"],
] as const;

/** Adds tokens `math` (inline; `markup` is "$" or "$$") and `math_block`, the TeX in `content`. */
export function math(md: MarkdownIt): void {
  md.inline.ruler.before("escape", "math", inlineMath);
  md.block.ruler.before("fence", "math_block", blockMath, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  const found =
    delimited(src, pos, posMax, "\\(", "\\)") ??
    delimited(src, pos, posMax, "\\[", "\\]") ??
    delimited(src, pos, posMax, "$$", "$$") ??
    dollars(src, pos, posMax);
  if (!found) return false;
  if (!silent) {
    const token = state.push("math", "", 0);
    token.content = found.tex;
    token.markup = found.display ? "$$" : "$";
  }
  state.pos = found.end;
  return true;
}

interface Found {
  tex: string;
  end: number;
  display: boolean;
}

function delimited(src: string, pos: number, max: number, open: string, close: string): Found | null {
  if (!src.startsWith(open, pos)) return null;
  const start = pos + open.length;
  const end = src.indexOf(close, start);
  if (end === -1 || end + close.length > max) return null;
  const tex = src.slice(start, end).trim();
  return tex ? { tex, end: end + close.length, display: open !== "\\(" } : null;
}

/** Prices are not formulas: no space inside the dollars, no digit after them, no backslash before the second. */
function dollars(src: string, pos: number, max: number): Found | null {
  if (src[pos] !== "$" || /[\s$]/.test(src[pos + 1] ?? " ")) return null;
  for (let end = src.indexOf("$", pos + 1); end !== -1 && end < max; end = src.indexOf("$", end + 1)) {
    if (src[end - 1] === "\\") continue;
    if (/\s/.test(src[end - 1] ?? " ") || /[\d$]/.test(src[end + 1] ?? "")) return null;
    return { tex: src.slice(pos + 1, end), end: end + 1, display: false };
  }
  return null;
}

/**
 * A block begins at its opening delimiter and ends with the line that has the closing one, or before a blank line.
 * The type of a line thus never depends on later lines, which incremental parsing requires.
 */
function blockMath(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const first = lineAt(state, startLine);
  const delimiters = DISPLAY_DELIMITERS.find(([open]) => first.startsWith(open));
  if (!delimiters) return false;
  const [open, close] = delimiters;
  const rest = first.slice(open.length);
  const closing = rest.indexOf(close);
  // Text after the closing delimiter: a paragraph with a formula in it.
  if (closing !== -1 && rest.slice(closing + close.length).trim() !== "") return false;
  if (silent) return true;

  const lines: string[] = [closing === -1 ? rest : rest.slice(0, closing)];
  let line = startLine + 1;
  let closed = closing !== -1;
  for (; !closed && line < endLine && !state.isEmpty(line); line += 1) {
    if ((state.sCount[line] ?? 0) < state.blkIndent) break;
    const text = lineAt(state, line).trimEnd();
    closed = text.endsWith(close);
    lines.push(closed ? text.slice(0, -close.length) : text);
  }
  state.line = line;
  const token = state.push("math_block", "", 0);
  token.block = true;
  token.content = lines.join("\n").trim();
  token.markup = closed ? "$$" : open;
  token.map = [startLine, line];
  // Incomplete: shown as text.
  if (!closed) token.info = "open";
  return true;
}

function lineAt(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
}
