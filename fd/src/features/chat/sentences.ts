// Where a growing text can be read aloud to.

const SENTENCE_END = /[。！？；\n]|[.!?;](?=\s)/g;

/** The offset behind the last sentence of `text` that is complete; 0 when none is. */
export function endOfLastSentence(text: string): number {
  let end = 0;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end;
}

/** Markdown as it is spoken: without the marks. */
export function spoken(markdown: string): string {
  return markdown
    .replace(/```[^\n]*\n?/g, "\n")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`#>|]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
