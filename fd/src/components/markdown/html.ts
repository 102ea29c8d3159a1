// HTML in Markdown: <br>, <sub>, <sup>, <kbd> and comments. All other HTML is shown as text.
import type { MarkdownIt, StateBlock, StateInline, Token } from "markdown-it";
import { findClosing, lineStart, nextUnescaped } from "./lookahead";

const TAG = /<(\/?)(br|sub|sup|kbd)\s*(\/?)>/iy;

/** Adds tokens `hardbreak`, `sub_open`, `sub_close`, and the like for sup and kbd. Comments produce none. */
export function html(md: MarkdownIt): void {
  md.inline.ruler.before("html_inline", "html_tags", inlineTag);
  md.inline.ruler2.before("fragments_join", "html_tags", pairTags);
  md.block.ruler.before("fence", "html_comment", blockComment, {
    alt: ["paragraph", "reference", "blockquote", "list"],
  });
}

function inlineTag(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (src[pos] !== "<") return false;
  if (src.startsWith("<!--", pos)) {
    const end = nextUnescaped(state, "-->", pos + 4);
    if (end === -1 || end + 3 > posMax) return false;
    state.pos = end + 3;
    return true;
  }
  TAG.lastIndex = pos;
  const match = TAG.exec(src);
  if (!match || pos + match[0].length > posMax) return false;
  state.pos = pos + match[0].length;
  if (silent) return true;
  const [source, slash, tag = ""] = match;
  if (tag.toLowerCase() === "br") {
    state.push("hardbreak", "br", 0);
    // A line break after <br> would be a second one.
    if (src[state.pos] === "\n" && state.pos < posMax) state.pos += 1;
  } else {
    const token = state.push("text", "", 0);
    token.content = source;
    token.meta = { tag: tag.toLowerCase(), closes: slash !== "" } satisfies TagMeta;
  }
  return true;
}

interface TagMeta extends Record<string, unknown> {
  tag: string;
  closes: boolean;
}

/** The opening tags without a partner so far, within one parent. */
class OpenTags {
  readonly #tokens: { token: Token; tag: string }[] = [];
  readonly #counts = new Map<string, number>();

  push(token: Token, tag: string): void {
    this.#tokens.push({ token, tag });
    this.#counts.set(tag, (this.#counts.get(tag) ?? 0) + 1);
  }

  /** The last opening tag of this name. Those after it get no partner any more. */
  pop(name: string): Token | null {
    if (!this.#counts.get(name)) return null;
    for (;;) {
      const last = this.#tokens.pop();
      if (!last) return null;
      this.#counts.set(last.tag, (this.#counts.get(last.tag) ?? 0) - 1);
      if (last.tag === name) return last.token;
    }
  }
}

/** Turns tags with a partner within the same parent into elements; the others stay text. */
function pairTags(state: StateInline): void {
  let open = new OpenTags();
  const parents: OpenTags[] = [];
  for (const token of state.tokens) {
    if (token.nesting === 1) {
      parents.push(open);
      open = new OpenTags();
    } else if (token.nesting === -1) {
      open = parents.pop() ?? new OpenTags();
    } else if (token.meta && "closes" in token.meta) {
      const { tag, closes } = token.meta as TagMeta;
      if (!closes) open.push(token, tag);
      else {
        const opening = open.pop(tag);
        if (opening) becomeElement(opening, token, tag);
      }
    }
  }
}

function becomeElement(opening: Token, closing: Token, tag: string): void {
  for (const [token, type, nesting] of [
    [opening, `${tag}_open`, 1],
    [closing, `${tag}_close`, -1],
  ] as const) {
    token.type = type;
    token.tag = tag;
    token.nesting = nesting;
    token.content = "";
  }
}

/** A comment on lines of its own. An unclosed one is text. */
function blockComment(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  const start = lineStart(state, startLine);
  if (!state.src.startsWith("<!--", start)) return false;
  const closing = findClosing(state, startLine, endLine, start + 4, "-->", "comment");
  if (!closing || state.src.slice(closing.offset + 3, state.eMarks[closing.line]).trim() !== "") return false;
  if (!silent) state.line = closing.line + 1;
  return true;
}
