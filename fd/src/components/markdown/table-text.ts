// The text of a table, for spreadsheets.

/** The cells of each row, as text: a formula is its TeX, a line break is "\\n". */
export function cellsOf(table: HTMLTableElement): readonly (readonly string[])[] {
  return [...table.rows].map((row) => [...row.cells].map(textOf));
}

function textOf(cell: HTMLTableCellElement): string {
  const copy = cell.cloneNode(true) as HTMLTableCellElement;
  for (const formula of copy.querySelectorAll<HTMLElement>(".formula"))
    formula.replaceChildren(formula.dataset.source ?? "");
  for (const lineBreak of copy.querySelectorAll("br")) lineBreak.replaceWith("\n");
  return (copy.textContent ?? "").trim();
}

/** Tab-separated values, which spreadsheets paste into cells; tabs and line breaks within a cell are spaces. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map((cell) => cell.replace(/\s+/g, " ")).join("\t")).join("\n");
}

/** Comma-separated values (RFC 4180). */
export function toCsv(rows: readonly (readonly string[])[]): string {
  const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => `${row.map(quoted).join(",")}\r\n`).join("");
}
