// Occurrences of a phrase in texts and in the rendered messages.

/** Elements whose text is not the message's. */
const SKIPPED = "button, [popover], .sr-only, svg, .katex-mathml, figcaption";
/** Elements that begin a line of their own: a phrase does not continue from one into the next. */
const BLOCK = "p, li, td, th, pre, blockquote, h3, h4, h5, h6, dd, dt, div";

/** Matches a phrase in any case, with any white space between its words. */
export function phrasePattern(phrase: string): RegExp | null {
  const words = phrase.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+"), "giu");
}

export function countIn(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** The ranges of a phrase in a rendered message, in order. */
export function rangesIn(message: Element, pattern: RegExp): Range[] {
  const nodes: { node: Text; start: number }[] = [];
  let text = "";
  let block: Element | null = null;
  const walker = document.createTreeWalker(message, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    const parent = node.parentElement;
    if (!parent || parent.closest(SKIPPED)) continue;
    const ownBlock = parent.closest(BLOCK);
    if (ownBlock !== block) text += "\0";
    block = ownBlock;
    nodes.push({ node, start: text.length });
    text += node.data;
  }
  return [...text.matchAll(pattern)].map((match) => {
    const range = document.createRange();
    const start = positionOf(nodes, match.index);
    const end = positionOf(nodes, match.index + match[0].length - 1);
    range.setStart(start.node, start.offset);
    range.setEnd(end.node, end.offset + 1);
    return range;
  });
}

function positionOf(nodes: readonly { node: Text; start: number }[], offset: number) {
  const { node, start } = nodes.findLast((entry) => entry.start <= offset) as { node: Text; start: number };
  return { node, offset: offset - start };
}
