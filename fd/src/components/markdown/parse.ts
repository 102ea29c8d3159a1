// Incremental Markdown parsing. Each call parses only the blocks at the end of the text, which can still change. The
// result is the same as that of a full parse.
//
// Correctness: Markdown is parsed line by line, and a block closed by a complete line never opens again, so the
// top-level blocks before the last ones are final. The exception is a link reference definition, which changes the
// meaning of earlier blocks; when one appears, or a footnote, the whole text is parsed. Blocks that need a closing
// delimiter (lookahead.ts) are not final before it has arrived or can no longer arrive.
import type { Env, Token } from "markdown-it";
import type { FootnoteEnv } from "./footnotes";
import type { LookaheadEnv } from "./lookahead";
import { createMarkdownIt, type FinishedEnv } from "./syntax";

/** One top-level block. A block that has not changed is the same object as before. */
export interface Block {
  readonly tokens: readonly Token[];
  /** Line numbers `[first, end)` in the parsed text. */
  readonly map: readonly [number, number];
  /** Approximate number of visible characters. */
  readonly length: number;
}

const markdownIt = createMarkdownIt();

/** Definitions of a text for all of its blocks: link references and footnotes. */
interface Definitions extends FootnoteEnv {
  references: NonNullable<Env["references"]>;
}

const NO_DEFINITIONS: Definitions = { references: {}, footnotes: {} };

interface Parsed {
  blocks: Block[];
  definitions: Definitions;
  /** The first line whose meaning depends on the text that follows: an unclosed formula or comment. */
  unclosedLine: number;
}

function parse(text: string, known: Definitions, finished: boolean): Parsed {
  const env: Definitions & LookaheadEnv & FinishedEnv = {
    references: { ...known.references },
    footnotes: { ...known.footnotes },
    finished,
  };
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
  return { blocks, definitions: env, unclosedLine: env.unclosedLine ?? Number.POSITIVE_INFINITY };
}

/** The blocks of a text. While it is not `finished`, its last line may continue. */
export function parseMarkdown(text: string, finished = false): readonly Block[] {
  return parse(normalizeLines(text), NO_DEFINITIONS, finished).blocks;
}

/**
 * Line endings as the parser counts them, without the byte order mark of a file. A final CR is a line ending already; an
 * LF that follows it adds none.
 */
function normalizeLines(source: string): string {
  const text = source.startsWith("\ufeff") ? source.slice(1) : source;
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function sizeOf({ references, footnotes }: Definitions): number {
  return Object.keys(references).length + Object.keys(footnotes).length;
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
  #finished = false;
  #blocks: readonly Block[] = [];
  /** Final blocks, and the offset after their last line. */
  #settled: readonly Block[] = [];
  #settledEnd = 0;
  /** Definitions of the text before that offset. */
  #definitions = NO_DEFINITIONS;

  /** The blocks of `source`, which usually extends the previous text. `finished`: no text will follow. */
  update(source: string, finished = false): readonly Block[] {
    const text = normalizeLines(source);
    if (text === this.#text && finished === this.#finished) return this.#blocks;
    if (!text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    this.#finished = finished;
    const pending = text.slice(this.#settledEnd);
    const { blocks, definitions, unclosedLine } = parse(pending, this.#definitions, finished);
    const defines = sizeOf(definitions) > sizeOf(this.#definitions);
    this.#blocks = defines
      ? this.#reuse(parse(text, NO_DEFINITIONS, finished).blocks, 0)
      : [...this.#settled, ...this.#reuse(blocks, this.#settled.length)];
    let closed = blocks.length - OPEN_BLOCKS;
    while (closed > 0 && (blocks[closed - 1]?.map[1] ?? 0) > unclosedLine) closed -= 1;
    if (closed > 0) this.#settle(closed, offsetOfLine(pending, blocks[closed - 1]?.map[1] ?? 0), defines);
    return this.#blocks;
  }

  #reset(): void {
    this.#settled = [];
    this.#settledEnd = 0;
    this.#definitions = NO_DEFINITIONS;
  }

  /** Marks further blocks as final, which end `length` characters later. */
  #settle(blocks: number, length: number, defines: boolean): void {
    this.#settledEnd += length;
    if (defines) {
      // Later definitions are not final yet.
      const settled = parse(this.#text.slice(0, this.#settledEnd), NO_DEFINITIONS, false);
      this.#settled = this.#reuse(settled.blocks, 0);
      this.#definitions = settled.definitions;
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
