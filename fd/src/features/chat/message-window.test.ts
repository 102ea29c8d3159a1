import { describe, expect, it } from "vitest";
import { approach, extendByLoaded, followRows, layOut, rowsAtEnd, rowsBetween } from "./message-window";

const rows = (count: number, height = 100) => Array.from({ length: count }, () => height);
const keys = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `m${from + index}`);

describe("the rows between two offsets", () => {
  it("are all that show, if only in part", () => {
    expect(rowsBetween(rows(10), 250, 450)).toEqual({ first: 2, last: 5 });
    expect(rowsBetween(rows(10), 200, 400)).toEqual({ first: 2, last: 4 });
  });

  it("are of any height", () => {
    expect(rowsBetween([10, 500, 20, 20, 900], 505, 545)).toEqual({ first: 1, last: 4 });
  });

  it("are at least one, beyond either end too", () => {
    expect(rowsBetween(rows(10), -500, -300)).toEqual({ first: 0, last: 1 });
    expect(rowsBetween(rows(10), 5000, 6000)).toEqual({ first: 9, last: 10 });
    expect(rowsBetween(rows(10), 100, 100)).toEqual({ first: 1, last: 2 });
    expect(rowsBetween([], 0, 100)).toEqual({ first: 0, last: 0 });
  });
});

describe("the rows that stay in the document", () => {
  const all = () => true;

  it("are all loaded rows around the screen, up to the limit", () => {
    expect(extendByLoaded({ first: 4, last: 6 }, 10, all, 300)).toEqual({ first: 0, last: 10 });
    expect(extendByLoaded({ first: 40, last: 42 }, 100, all, 10)).toEqual({ first: 36, last: 46 });
    expect(extendByLoaded({ first: 97, last: 100 }, 100, all, 10)).toEqual({ first: 90, last: 100 });
  });

  it("end at a row that is not loaded", () => {
    expect(extendByLoaded({ first: 4, last: 6 }, 10, (index) => index > 2 && index < 8, 300)).toEqual({
      first: 3,
      last: 8,
    });
  });

  it("are never fewer than the rows near the screen", () => {
    expect(extendByLoaded({ first: 0, last: 20 }, 100, all, 10)).toEqual({ first: 0, last: 20 });
  });
});

describe("the rows at the end", () => {
  it("fill the height", () => {
    expect(rowsAtEnd(rows(10), 250)).toEqual({ first: 7, last: 10 });
    expect(rowsAtEnd(rows(2), 1000)).toEqual({ first: 0, last: 2 });
  });
});

describe("a step towards what is wanted", () => {
  const wanted = { first: 10, last: 40 };

  it("takes in what is on the screen at once, and a few rows around it", () => {
    expect(approach({ first: 20, last: 25 }, { first: 18, last: 30 }, wanted, 2)).toEqual({
      first: 18,
      last: 30,
    });
    expect(approach({ first: 18, last: 30 }, { first: 18, last: 30 }, wanted, 2)).toEqual({
      first: 16,
      last: 32,
    });
  });

  it("ends there", () => {
    let span = { first: 24, last: 26 };
    for (let frame = 0; frame < 20; frame += 1) span = approach(span, { first: 20, last: 30 }, wanted, 2);
    expect(span).toEqual(wanted);
  });

  it("lets go of everything when the reader has jumped", () => {
    expect(approach({ first: 500, last: 520 }, { first: 18, last: 30 }, wanted, 2)).toEqual({
      first: 16,
      last: 32,
    });
  });
});

describe("the rows in the document", () => {
  it("stay when others are put in front", () => {
    expect(followRows({ first: 10, last: 30 }, keys(960, 1000), keys(0, 1000))).toEqual({
      first: 970,
      last: 990,
    });
  });

  it("are followed by what is new behind the end", () => {
    expect(followRows({ first: 10, last: 40 }, keys(960, 1000), keys(0, 1002))).toEqual({
      first: 970,
      last: 1002,
    });
    expect(followRows({ first: 10, last: 30 }, keys(0, 40), keys(0, 42))).toEqual({ first: 10, last: 30 });
  });

  it("give way to another branch", () => {
    const branch = [...keys(0, 35), "x1", "x2"];
    expect(followRows({ first: 30, last: 40 }, keys(0, 40), branch)).toEqual({ first: 30, last: 37 });
    expect(followRows({ first: 36, last: 40 }, keys(0, 40), branch)).toBeNull();
    expect(followRows({ first: 0, last: 0 }, [], branch)).toBeNull();
  });
});

describe("the layout", () => {
  const total = (heights: readonly number[], span: { first: number; last: number }, kept: number[]) =>
    layOut(heights, span, kept).reduce(
      (sum, segment) =>
        sum + (segment.type === "space" ? segment.height : (heights[segment.index] as number)),
      0,
    );

  it("has rows in their order and space for the others", () => {
    expect(layOut(rows(6), { first: 2, last: 4 }, [])).toEqual([
      { type: "space", index: 2, height: 200 },
      { type: "row", index: 2 },
      { type: "row", index: 3 },
      { type: "space", index: 6, height: 200 },
    ]);
  });

  it("keeps rows far from the screen in their place", () => {
    expect(layOut(rows(8), { first: 5, last: 8 }, [2]).map(({ type, index }) => `${type} ${index}`)).toEqual([
      "space 2",
      "row 2",
      "space 5",
      "row 5",
      "row 6",
      "row 7",
    ]);
  });

  it("is always as high as all rows together", () => {
    const heights = Array.from({ length: 200 }, (_, index) => 40 + ((index * 37) % 400));
    const height = heights.reduce((sum, row) => sum + row, 0);
    for (let first = 0; first < 200; first += 7) {
      expect(total(heights, { first, last: Math.min(first + 20, 200) }, [0, 99, 199])).toBe(height);
    }
  });
});
