// Sentence boundaries of a growing text, for screen readers.

const SENTENCE_END = /[。！？；\n]|[.!?;](?=\s)/g;

/** The offset after the last complete sentence of `text`; 0 without one. */
export function endOfLastSentence(text: string): number {
  let end = 0;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end;
}

/** Markdown without its markup, for speech. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/```[^\n]*\n?/g, "\n")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`#>|]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
