// The footnotes of parsed blocks, which are rendered after the text.
import type { Token } from "markdown-it";
import type { Block } from "./parse";

/** Blocks without the notes in them, and the notes as blocks of their own. */
export function separateNotes(blocks: readonly Block[]): { body: Block[]; notes: Block[] } {
  const parts = blocks.map(partsOf);
  return { body: parts.flatMap(({ body }) => body), notes: parts.flatMap(({ notes }) => notes) };
}

interface Parts {
  /** None for a block that is a note. */
  readonly body: readonly Block[];
  readonly notes: readonly Block[];
}

/** Kept, so that an unchanged block has unchanged parts. */
const knownParts = new WeakMap<Block, Parts>();

function partsOf(block: Block): Parts {
  const known = knownParts.get(block);
  if (known) return known;
  const rest: Token[] = [];
  const notes: Token[][] = [];
  let isInNote = false;
  for (const token of block.tokens) {
    if (token.type === "footnote_open") {
      isInNote = true;
      notes.push([]);
    }
    (isInNote ? notes.at(-1) : rest)?.push(token);
    if (token.type === "footnote_close") isInNote = false;
  }
  const blockOf = (tokens: readonly Token[]): Block => ({
    tokens,
    map: block.map,
    length: tokens.reduce((sum, { content }) => sum + content.length, 0),
  });
  const parts = {
    body: notes.length === 0 ? [block] : rest.length === 0 ? [] : [blockOf(rest)],
    notes: notes.map(blockOf),
  };
  knownParts.set(block, parts);
  return parts;
}
