// Windowing of a very long list: the loaded rows around the screen are in the document, up to a limit, so that the
// browser's search, selection and printing include them. Empty space of their measured or estimated height replaces the
// others.

/** Rows `[first, last)`. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Rows and spaces of the list, from top to bottom. */
export type Segment =
  | { readonly type: "row"; readonly index: number }
  | { readonly type: "space"; readonly index: number; readonly height: number };

/** The rows that overlap two offsets from the list's top, in px; at least one if there is any. */
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

/** Extends a span by the loaded rows next to it, on both sides equally, until it has `limit` rows. */
export function extendByLoaded(
  { first, last }: Span,
  count: number,
  isLoaded: (index: number) => boolean,
  limit: number,
): Span {
  const extended = { first, last };
  for (let grown = true; grown; ) {
    grown = false;
    const { first, last } = extended;
    if (last - first < limit && first > 0 && isLoaded(first - 1)) {
      extended.first -= 1;
      grown = true;
    }
    if (last - extended.first < limit && last < count && isLoaded(last)) {
      extended.last += 1;
      grown = true;
    }
  }
  return extended;
}

/** The last rows, as many as fill a height in px. */
export function rowsAtEnd(heights: readonly number[], height: number): Span {
  let first = heights.length;
  for (let filled = 0; first > 0 && filled < height; first -= 1) filled += heights[first - 1] as number;
  return { first, last: heights.length };
}

/**
 * The next window on the way to the wanted one: all needed rows immediately, and at most `step` further rows at each
 * end. Rows that are no longer wanted are removed immediately.
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

export function includes(outer: Span, inner: Span): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.first === b.first && a.last === b.last;
}

/**
 * The same rows after rows were added or replaced; a window at the list's end includes new rows there. Null when none of
 * the rows is left.
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

/** The rows of the window and other kept rows, with the spaces between them. */
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
