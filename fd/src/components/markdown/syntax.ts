// The Markdown that replies use: CommonMark with GFM's tables, strikethrough, links and task lists, emphasis beside CJK
// text, TeX, footnotes and a few HTML tags.
import MarkdownItParser, {
  type Env,
  type MarkdownIt,
  type StateBlock,
  type StateCore,
  type StateInline,
} from "markdown-it";
import cjkFriendly from "markdown-it-cjk-friendly";
import { footnotes } from "./footnotes";
import { html } from "./html";
import { math } from "./math";

/** Links to other schemes are text. A `data:` image is rendered, a `data:` link loses its address (Markdown.tsx). */
const ALLOWED_LINK = /^(https?:|mailto:|data:)/i;
/** No domain has a plus sign, which the recognition of addresses in the text would accept. */
const INVALID_ADDRESS = /^mailto:[^?]*@[^@?]*\+/i;

/** Depth of nested quotes and lists. Deeper ones are text; the parser would drop them at its own limit, 100. */
const MAX_DEPTH = 96;

export function createMarkdownIt(): MarkdownIt {
  // Raw HTML is rendered as text, except the tags of html.ts.
  const md: MarkdownIt = MarkdownItParser({ html: false, linkify: true });
  linkAddresses(md);
  md.validateLink = (url) => ALLOWED_LINK.test(url.trim()) && !INVALID_ADDRESS.test(url.trim());
  // CommonMark's emphasis needs a space or punctuation around the marks, which text without spaces does not have.
  md.use(cjkFriendly).use(math).use(html).use(footnotes);
  md.inline.ruler.before("strikethrough", "long_tildes", longTildes);
  md.block.ruler.before("table", "depth_limit", limitDepth);
  md.core.ruler.after("block", "unfinished_underline", ignoreUnfinishedUnderline);
  md.core.ruler.after("inline", "task_item", taskItems);
  return md;
}

/** As in GFM, URLs, addresses that begin with "www." and e-mail addresses are links; other host names are not. */
function linkAddresses({ linkify }: MarkdownIt): void {
  linkify.set({ fuzzyLink: false, fuzzyEmail: true });
  // Compiled once: a compilation for each "www." of a long text would block the page for seconds.
  let rest: RegExp | null = null;
  linkify.add("www.", {
    validate: (text, position, { re }) => {
      rest ??= new RegExp(re.get_url_host_port().source + re.get_path().source, "iy");
      rest.lastIndex = position;
      return rest.exec(text)?.[0].length ?? 0;
    },
    normalize: (match) => {
      match.url = `http://${match.url}`;
    },
  });
}

/** Three tildes or more inside a line are text, as in GFM. */
function longTildes(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (!src.startsWith("~~~", pos)) return false;
  let end = pos;
  while (end < posMax && src[end] === "~") end += 1;
  if (end - pos < 3) return false;
  if (!silent) state.pending += src.slice(pos, end);
  state.pos = end;
  return true;
}

function limitDepth(state: StateBlock, startLine: number, endLine: number): boolean {
  if (state.level < MAX_DEPTH) return false;
  state.push("paragraph_open", "p", 1).map = [startLine, endLine];
  const inline = state.push("inline", "", 0);
  inline.content = state.getLines(startLine, endLine, state.blkIndent, false).trim();
  inline.children = [];
  state.push("paragraph_close", "p", -1);
  state.line = endLine;
  return true;
}

/** Environment of a parse: whether no text will follow. */
export interface FinishedEnv extends Env {
  finished: boolean;
}

/** A last line of dashes that still grows may become a list item, so it makes no heading of the line before it. */
function ignoreUnfinishedUnderline({ tokens, src, env }: StateCore): void {
  if ((env as FinishedEnv).finished || src.endsWith("\n")) return;
  // Behind the heading are only the ends of its containers.
  let index = tokens.length - 1;
  while (tokens[index]?.nesting === -1 && tokens[index]?.type !== "heading_close") index -= 1;
  const [opening, inline, closing] = tokens.slice(index - 2, index + 1);
  if (opening?.type !== "heading_open" || !/^[-=]$/.test(opening.markup) || !inline || !closing) return;
  const underline = src.slice(src.lastIndexOf("\n") + 1);
  inline.content += `\n${/[-=]+\s*$/.exec(underline)?.[0] ?? ""}`;
  for (const [token, type] of [
    [opening, "paragraph_open"],
    [closing, "paragraph_close"],
  ] as const) {
    token.type = type;
    token.tag = "p";
    token.markup = "";
  }
}

const TASK = /^\[([ xX])\]\s+/;

/**
 * GFM's task items: the box at the beginning of a list item's first paragraph becomes a token `task`
 * (`info`: its mark, `content`: the item's text).
 */
function taskItems(state: StateCore): void {
  for (const [index, { type, children }] of state.tokens.entries()) {
    if (type !== "inline" || state.tokens[index - 1]?.type !== "paragraph_open") continue;
    if (state.tokens[index - 2]?.type !== "list_item_open") continue;
    const first = children?.[0];
    const match = first?.type === "text" ? TASK.exec(first.content) : null;
    if (!first || !match) continue;
    const task = new state.Token("task", "input", 0);
    task.info = match[1] ?? "";
    first.content = first.content.slice(match[0].length);
    task.content = (children ?? []).map(({ content }) => content).join("");
    children?.unshift(task);
  }
}
