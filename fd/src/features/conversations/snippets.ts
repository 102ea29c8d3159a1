export interface SnippetPart {
  readonly text: string;
  readonly marked: boolean;
  /** Index of its first character in the snippet. */
  readonly start: number;
}

/**
 * A snippet in parts, some of them marked. `ranges`: `[start, end]` of each match, in UTF-16 units as in JavaScript's
 * strings, in order.
 */
export function splitByRanges(snippet: string, ranges: readonly (readonly number[])[]): SnippetPart[] {
  const parts: SnippetPart[] = [];
  let at = 0;
  const add = (end: number, marked: boolean) => {
    if (end > at) parts.push({ text: snippet.slice(at, end), marked, start: at });
    at = Math.max(at, end);
  };
  for (const [start = 0, end = 0] of ranges) {
    add(start, false);
    add(end, true);
  }
  add(snippet.length, false);
  return parts;
}
