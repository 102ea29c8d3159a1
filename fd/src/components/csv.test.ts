import { describe, expect, it } from "vitest";
import { csv } from "./csv";

describe("a file of comma-separated values", () => {
  it("quotes commas, quotes and line breaks", () => {
    expect(
      csv(
        ["a", "b"],
        [
          ["x,y", 1],
          ['"q"', 2.5],
          ["l\nm", -3],
        ],
      ),
    ).toBe('a,b\r\n"x,y",1\r\n"""q""",2.5\r\n"l\nm",-3\r\n');
  });

  it("has no text that a spreadsheet runs as a formula", () => {
    expect(csv(["a"], [["=1+1"], ["@x"]])).toBe("a\r\n'=1+1\r\n'@x\r\n");
  });
});
