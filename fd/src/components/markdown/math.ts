// TeX in Markdown: $…$ and \(…\) within a line, $$…$$ and \[…\] within a line or as a block.
import type { MarkdownIt, StateBlock, StateInline } from "markdown-it";
import { findClosing, lineStart, nextUnescaped } from "./lookahead";

const DISPLAY_DELIMITERS = [
  ["$$", "$$"],
  ["\\[", "\\]"],
] as const;

/**
 * Adds tokens `math` and `math_block`: `content` is the TeX, `markup` the opening delimiter, and `info` the source with
 * its delimiters, for TeX that cannot be rendered.
 */
export function math(md: MarkdownIt): void {
  md.inline.ruler.before("escape", "math", inlineMath);
  md.block.ruler.before("fence", "math_block", blockMath, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
}

/** Whether the formula has a line of its own. */
export function isDisplay(markup: string): boolean {
  return markup === "$$" || markup === "\\[";
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  const first = src[pos];
  if (first !== "$" && first !== "\\") return false;
  const found =
    first === "$"
      ? (delimited(state, "$$", "$$") ?? quoted(state) ?? dollars(state))
      : (delimited(state, "\\(", "\\)") ?? delimited(state, "\\[", "\\]") ?? reference(state));
  if (!found) return false;
  if (!silent) {
    const token = state.push("math", "", 0);
    token.content = found.tex;
    token.markup = found.open;
    token.info = src.slice(pos, found.end);
  }
  state.pos = found.end;
  return true;
}

interface Found {
  tex: string;
  end: number;
  open: string;
}

function delimited(state: StateInline, open: string, close: string): Found | null {
  const { src, pos, posMax } = state;
  if (!src.startsWith(open, pos)) return null;
  const start = pos + open.length;
  const end = nextUnescaped(state, close, start);
  if (end === -1 || end + close.length > posMax) return null;
  // The second of two opening delimiters belongs to the closing one.
  const reopened = open === close ? -1 : nextUnescaped(state, open, start);
  if (reopened !== -1 && reopened < end) return null;
  const tex = src.slice(start, end).trim();
  return tex && !crossesMarkup(tex) ? { tex, end: end + close.length, open } : null;
}

/** GitHub's $`…`$. */
function quoted(state: StateInline): Found | null {
  const { src, pos, posMax } = state;
  if (!src.startsWith("$`", pos)) return null;
  const end = nextUnescaped(state, "`$", pos + 2);
  if (end === -1 || end + 2 > posMax) return null;
  const tex = src.slice(pos + 2, end).trim();
  return tex && !tex.includes("`") ? { tex, end: end + 2, open: "$" } : null;
}

const EQUATION_REFERENCE = /\\eqref\{[^{}\s]+\}/y;

/** A reference to a numbered formula, which models also write outside of formulas. */
function reference({ src, pos, posMax }: StateInline): Found | null {
  EQUATION_REFERENCE.lastIndex = pos;
  const tex = EQUATION_REFERENCE.exec(src)?.[0];
  return tex && pos + tex.length <= posMax ? { tex, end: pos + tex.length, open: "" } : null;
}

/**
 * Pandoc's rule (`tex_math_dollars`): no space inside the dollars, no digit after them, no backslash before the second.
 * Text about prices and shell variables fulfils it, too, so both are excluded.
 */
function dollars(state: StateInline): Found | null {
  const { src, pos, posMax } = state;
  const before = src[pos - 1] ?? "";
  if (/[\s$]/.test(src[pos + 1] ?? " ") || before === "$") return null;
  const end = nextUnescaped(state, "$", pos + 1);
  if (end === -1 || end >= posMax || /\s/.test(src[end - 1] ?? " ")) return null;
  const tex = src.slice(pos + 1, end);
  const after = src.slice(end + 1, Math.min(end + 4, posMax));
  if (isPrice(tex, before) || isShell(tex, after) || crossesMarkup(tex)) return null;
  return { tex, end: end + 1, open: "$" };
}

const CJK = "\\u3000-\\u303f\\uff00-\\uffef\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}";
/** An amount, then words: "5 and more than 10", "100美元". */
const AMOUNT_AND_WORDS = new RegExp(
  `^\\d[\\d,.]*[KkMmBb]?(?:[${CJK}]|[^\\\\]*[\\s,;][A-Za-z]{2,}[\\s,;.])`,
  "u",
);
const STARTS_LIKE_TEX = /^[A-Za-z\\{([|+-]/;

/** `before` is the character before the first dollar: in "20$, or 15$" the dollars stand behind the amounts. */
function isPrice(tex: string, before: string): boolean {
  if (/\d/.test(before) && !STARTS_LIKE_TEX.test(tex)) return true;
  return !tex.includes("\\") && AMOUNT_AND_WORDS.test(tex);
}

/** "the $n$th": the letters that may follow a formula. */
const ORDINAL = /^(?:th|st|nd|rd)(?![A-Za-z])/;

/** $A:$B, ${A}/${B}, $(a)/$(b), $?: the second dollar begins another name. `after` follows the second dollar. */
function isShell(tex: string, after: string): boolean {
  if (/^[?!@#;]/.test(tex)) return true;
  if (/^[\w{$]/.test(after)) return !ORDINAL.test(after) && !after.startsWith("_");
  return after.startsWith("(") && (tex.startsWith("(") || /[^\w)\]}']$/.test(tex));
}

/** Code spans and links take precedence: a formula contains no backtick and no end of a link's text. */
function crossesMarkup(tex: string): boolean {
  if (tex.includes("`")) return true;
  let depth = 0;
  for (let index = 0; index < tex.length; index += 1) {
    if (tex[index] === "[") depth += 1;
    else if (tex[index] === "]") {
      if (depth === 0 && (tex[index + 1] === "(" || tex[index + 1] === "[")) return true;
      depth = Math.max(0, depth - 1);
    }
  }
  return false;
}

/** TeX on the line of the opening delimiter. Words there ("$$ is the process id") do not begin a long block. */
const TEX = /[\\^_={}]/;

/** A block reaches to its closing delimiter, over blank lines too. Without one, its lines are ordinary Markdown. */
function blockMath(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const start = lineStart(state, startLine);
  const delimiters = DISPLAY_DELIMITERS.find(([open]) => state.src.startsWith(open, start));
  if (!delimiters) return false;
  const [open, close] = delimiters;
  const from = start + open.length;
  const closing = findClosing(state, startLine, endLine, from, close, "tex");
  if (!closing) return false;
  const reopened = open === close ? -1 : nextUnescaped(state, open, from);
  if (reopened !== -1 && reopened < closing.offset) return false;
  const first = state.src.slice(from, state.eMarks[startLine]).trim();
  const spansBlankLines = hasBlankLine(state, startLine, closing.line);
  if (spansBlankLines && first !== "" && !TEX.test(first)) return false;
  const isAlone = state.src.slice(closing.offset + close.length, state.eMarks[closing.line]).trim() === "";
  // Text after the closing delimiter: a paragraph with a formula in it.
  if (!isAlone && !spansBlankLines) return false;
  const source = state.getLines(startLine, closing.line + 1, state.blkIndent, false).trim();
  const tex = source.slice(open.length, source.lastIndexOf(close)).trim();
  if (tex === "") return false;
  if (silent) return true;

  state.line = closing.line + 1;
  const token = state.push(isAlone ? "math_block" : "paragraph_open", isAlone ? "" : "p", isAlone ? 0 : 1);
  token.map = [startLine, state.line];
  if (isAlone) {
    token.content = tex;
    token.markup = open;
    token.info = source;
  } else {
    const inline = state.push("inline", "", 0);
    inline.content = source;
    inline.children = [];
    state.push("paragraph_close", "p", -1);
  }
  return true;
}

function hasBlankLine(state: StateBlock, first: number, last: number): boolean {
  for (let line = first + 1; line < last; line += 1) if (state.isEmpty(line)) return true;
  return false;
}
