// Which rows of a long list are in the document: those on the screen and some around it. The others are empty space
// of the height they had, or probably have.

/** Rows `[first, last)`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What stands in the list, from its top to its end. */
export type Segment =
  | { readonly type: "row"; readonly index: number }
  | { readonly type: "space"; readonly index: number; readonly height: number };

/** The rows that are, if only in part, between two offsets from the list's top, in px; at least one if there is any. */
export function rowsBetween(heights: readonly number[], top: number, bottom: number): Span {
  let first = 0;
  let offset = 0;
  while (first < heights.length - 1 && offset + (heights[first] as number) <= top) {
    offset += heights[first] as number;
    first += 1;
  }
  let last = first;
  while (last < heights.length && (last === first || offset < bottom)) {
    offset += heights[last] as number;
    last += 1;
  }
  return { first, last };
}

/** The last rows that fill a height, in px. */
export function rowsAtEnd(heights: readonly number[], height: number): Span {
  let first = heights.length;
  for (let filled = 0; first > 0 && filled < height; first -= 1) filled += heights[first - 1] as number;
  return { first, last: heights.length };
}

/**
 * The next step from what is in the document to what is wanted there: all that is needed at once, and at each end at
 * most `step` rows more. What is no longer wanted goes at once.
 */
export function approach(current: Span, needed: Span, wanted: Span, step: number): Span {
  const near = overlaps(current, needed) ? current : needed;
  return {
    first: Math.max(wanted.first, Math.min(needed.first, near.first - step)),
    last: Math.min(wanted.last, Math.max(needed.last, near.last + step)),
  };
}

function overlaps(a: Span, b: Span): boolean {
  return a.first < b.last && b.first < a.last;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.first === b.first && a.last === b.last;
}

/**
 * The same rows after rows were put in front, behind or in place of others; what stood at the list's end is followed
 * by what is new there. Null when none of them is left.
 */
export function followRows(span: Span, before: readonly string[], after: readonly string[]): Span | null {
  const end = Math.min(span.last, before.length);
  let survivor = span.first;
  while (survivor < end && !after.includes(before[survivor] as string)) survivor += 1;
  if (survivor >= end) return null;
  const shift = after.indexOf(before[survivor] as string) - survivor;
  const last = span.last === before.length ? after.length : span.last + shift;
  return { first: Math.max(0, span.first + shift), last: Math.min(last, after.length) };
}

/** The rows of the span, and others that are to stay, with the space between them. */
export function layOut(
  heights: readonly number[],
  { first, last }: Span,
  kept: readonly number[],
): Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  const spaceUntil = (index: number) => {
    let height = 0;
    for (; end < index; end += 1) height += heights[end] as number;
    if (height > 0) segments.push({ type: "space", index, height });
  };
  const addRow = (index: number) => {
    spaceUntil(index);
    segments.push({ type: "row", index });
    end = index + 1;
  };
  const others = [...kept].sort((a, b) => a - b);
  for (const index of others) if (index < first) addRow(index);
  for (let index = first; index < last; index += 1) addRow(index);
  for (const index of others) if (index >= last) addRow(index);
  spaceUntil(heights.length);
  return segments;
}
