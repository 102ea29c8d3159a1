import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MarkdownStream, parseMarkdown } from "./parse";
import { divide, probableHeight, sameSection } from "./sections";

const TEXT = readFileSync("node_modules/zustand/README.md", "utf8").slice(0, 12_000);

describe("the sections of a text", () => {
  it("hold all its blocks in their order", () => {
    const blocks = parseMarkdown(TEXT);
    const sections = divide(blocks);
    expect(sections.length).toBeGreaterThan(3);
    expect(sections.flatMap(({ blocks }) => blocks)).toEqual(blocks);
  });

  it("stay as they are while the text grows behind them", () => {
    const stream = new MarkdownStream();
    let before = divide([]);
    for (let end = 50; end < TEXT.length; end += 50) {
      const after = divide(stream.update(TEXT.slice(0, end)));
      expect(after.length).toBeGreaterThanOrEqual(before.length);
      // The last one grows; where it is full, what was its last block may have become two.
      for (const [index, section] of before.slice(0, -2).entries()) {
        expect(sameSection(section, after[index] ?? { blocks: [] })).toBe(true);
      }
      before = after;
    }
  });

  it("are high even before they are shown", () => {
    for (const section of divide(parseMarkdown(TEXT))) expect(probableHeight(section)).toBeGreaterThan(20);
  });
});
