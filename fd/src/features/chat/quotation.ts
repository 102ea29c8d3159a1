/** Markdown as a quotation: with a marker before each line. */
export function quoted(markdown: string): string {
  return markdown
    .trim()
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n");
}
