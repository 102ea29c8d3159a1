// Division of a long text into sections, whose layout and painting the browser skips off the screen
// (`content-visibility`). All of them stay in the document.
import type { Block } from "./parse";

export interface Section {
  readonly blocks: readonly Block[];
}

/** Section length in characters, about half a screen. */
const SECTION_LENGTH = 900;

/** Divides blocks into sections. Appended blocks change only the last section, or add sections. */
export function divide(blocks: readonly Block[]): readonly Section[] {
  const sections: Section[] = [];
  let open: Block[] = [];
  let length = 0;
  for (const block of blocks) {
    if (length >= SECTION_LENGTH) {
      sections.push({ blocks: open });
      open = [];
      length = 0;
    }
    open.push(block);
    length += block.length;
  }
  if (open.length > 0) sections.push({ blocks: open });
  return sections;
}

export function sameSection(a: Section, b: Section): boolean {
  return a.blocks.length === b.blocks.length && a.blocks.every((block, index) => block === b.blocks[index]);
}

const LINE_LENGTH = 60;
const LINE_HEIGHT = 28;
const CODE_LINE_HEIGHT = 22;
const BLOCK_SPACE = 12;

/** Estimated height of a section, in px, before its first layout. */
export function probableHeight({ blocks }: Section): number {
  let height = 0;
  for (const { tokens } of blocks) {
    for (const { type, content } of tokens) {
      if (type === "inline") height += Math.ceil(content.length / LINE_LENGTH) * LINE_HEIGHT + BLOCK_SPACE;
      else if (content) height += content.split("\n").length * CODE_LINE_HEIGHT + 2 * BLOCK_SPACE;
    }
  }
  return height;
}
