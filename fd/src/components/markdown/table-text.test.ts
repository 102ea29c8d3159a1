import { describe, expect, it } from "vitest";
import { cellsOf, toCsv, toTsv } from "./table-text";

function tableOf(...rows: string[][]): HTMLTableElement {
  const table = document.createElement("table");
  table.innerHTML = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return table;
}

describe("the text of a table", () => {
  const rows = cellsOf(
    tableOf(
      ["a, b", 'say "hi"'],
      ["<span class='formula' data-source='$x$'>xx</span>", "one<br>two"],
      ["<b>bold</b>", ""],
    ),
  );

  it("has formulas once, as TeX", () => {
    expect(rows).toEqual([
      ["a, b", 'say "hi"'],
      ["$x$", "one\ntwo"],
      ["bold", ""],
    ]);
  });

  it("is separated by tabs", () => expect(toTsv(rows)).toBe('a, b\tsay "hi"\n$x$\tone two\nbold\t'));

  it("is separated by commas, with quoted cells", () =>
    expect(toCsv(rows)).toBe('"a, b","say ""hi"""\r\n$x$,"one\ntwo"\r\nbold,\r\n'));
});
