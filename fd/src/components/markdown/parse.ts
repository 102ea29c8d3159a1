// Incremental Markdown parsing. Each call parses only the blocks at the end of the text, which can still change. The
// result is the same as that of a full parse.
//
// Correctness: Markdown is parsed line by line, and a block closed by a complete line never opens again, so the
// top-level blocks before the last ones are final. The exception is a link reference definition, which changes the
// meaning of earlier blocks; when one appears, the whole text is parsed.
import MarkdownItParser, { type Env, type MarkdownIt, type Token } from "markdown-it";
import cjkFriendly from "markdown-it-cjk-friendly";
import { math } from "./math";

/** One top-level block. A block that has not changed is the same object as before. */
export interface Block {
  readonly tokens: readonly Token[];
  /** Line numbers `[first, end)` in the parsed text. */
  readonly map: readonly [number, number];
  /** Approximate number of visible characters. */
  readonly length: number;
}

const ALLOWED_LINK = /^(https?:|mailto:)/i;

function createMarkdownIt(): MarkdownIt {
  // Raw HTML is rendered as text. Only URLs with known schemes become links.
  const md: MarkdownIt = MarkdownItParser({ html: false, linkify: true });
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  md.validateLink = (url) => ALLOWED_LINK.test(url.trim());
  // CommonMark's emphasis needs a space or punctuation around the marks, which text without spaces does not have.
  md.use(cjkFriendly);
  md.use(math);
  return md;
}

const markdownIt = createMarkdownIt();

type References = NonNullable<Env["references"]>;

function parse(text: string, references: References): { blocks: Block[]; references: References } {
  const env = { references: { ...references } };
  const tokens = markdownIt.parse(text, env);
  const blocks: Block[] = [];
  let start = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.level !== 0 || token.nesting === 1) continue;
    const group = tokens.slice(start, index + 1);
    const length = group.reduce((sum, { content }) => sum + content.length, 0);
    blocks.push({ tokens: group, map: group[0]?.map ?? [0, 0], length });
    start = index + 1;
  }
  return { blocks, references: env.references };
}

export function parseMarkdown(text: string): readonly Block[] {
  return parse(text, {}).blocks;
}

/** Whether a code block has its closing line, instead of ending with the text so far. */
export function isClosedFence({ type, content, map }: Token): boolean {
  if (type !== "fence" || !map || (content !== "" && !content.endsWith("\n"))) return false;
  const codeLines = content.split("\n").length - 1;
  return map[1] - map[0] === codeLines + 2;
}

/** Number of blocks at the end that can still change: the last line can turn the block before it into a table. */
const OPEN_BLOCKS = 2;

/** Parses one growing text. */
export class MarkdownStream {
  #text = "";
  #blocks: readonly Block[] = [];
  /** Final blocks, and the offset after their last line. */
  #settled: readonly Block[] = [];
  #settledEnd = 0;
  /** Link references defined before that offset. */
  #references: References = {};

  /** The blocks of `text`, which usually extends the previous text. */
  update(text: string): readonly Block[] {
    if (text === this.#text) return this.#blocks;
    if (!text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    const pending = text.slice(this.#settledEnd);
    const { blocks, references } = parse(pending, this.#references);
    const defines = Object.keys(references).length > Object.keys(this.#references).length;
    this.#blocks = defines
      ? this.#reuse(parse(text, {}).blocks, 0)
      : [...this.#settled, ...this.#reuse(blocks, this.#settled.length)];
    const closed = blocks.length - OPEN_BLOCKS;
    if (closed > 0) this.#settle(closed, offsetOfLine(pending, blocks[closed - 1]?.map[1] ?? 0), defines);
    return this.#blocks;
  }

  #reset(): void {
    this.#settled = [];
    this.#settledEnd = 0;
    this.#references = {};
  }

  /** Marks further blocks as final, which end `length` characters later. */
  #settle(blocks: number, length: number, defines: boolean): void {
    this.#settledEnd += length;
    if (defines) {
      // Later definitions are not final yet.
      const settled = parse(this.#text.slice(0, this.#settledEnd), {});
      this.#settled = this.#reuse(settled.blocks, 0);
      this.#references = settled.references;
    } else {
      this.#settled = this.#blocks.slice(0, this.#settled.length + blocks);
    }
  }

  /** Unchanged blocks keep their identity, so that they are not rendered again; the first of `blocks` is at `offset`. */
  #reuse(blocks: readonly Block[], offset: number): readonly Block[] {
    return blocks.map((block, index) => {
      const shown = this.#blocks[offset + index];
      return shown && sameTokens(shown.tokens, block.tokens) ? shown : block;
    });
  }
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let passed = 0; passed < line; passed += 1) {
    const end = text.indexOf("\n", offset);
    if (end === -1) return text.length;
    offset = end + 1;
  }
  return offset;
}

function sameTokens(a: readonly Token[] | null, b: readonly Token[] | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.length === b.length &&
    a.every((token, index) => {
      const other = b[index] as Token;
      return (
        token.type === other.type &&
        token.tag === other.tag &&
        token.content === other.content &&
        token.info === other.info &&
        token.markup === other.markup &&
        token.hidden === other.hidden &&
        isClosedFence(token) === isClosedFence(other) &&
        String(token.attrs) === String(other.attrs) &&
        sameTokens(token.children, other.children)
      );
    })
  );
}
