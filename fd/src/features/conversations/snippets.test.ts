import { expect, it } from "vitest";
import { splitByRanges } from "./snippets";

const shown = (snippet: string, ranges: number[][]) =>
  splitByRanges(snippet, ranges).map(({ text, marked }) => (marked ? `[${text}]` : text));

it("marks the ranges in UTF-16 units", () => {
  expect(
    shown("😀 tea and Tea", [
      [3, 6],
      [11, 14],
    ]),
  ).toEqual(["😀 ", "[tea]", " and ", "[Tea]"]);
});

it("shows a snippet without ranges, and overlapping ones once", () => {
  expect(shown("plain", [])).toEqual(["plain"]);
  expect(
    shown("overlap", [
      [0, 4],
      [2, 6],
    ]),
  ).toEqual(["[over]", "[la]", "p"]);
});
