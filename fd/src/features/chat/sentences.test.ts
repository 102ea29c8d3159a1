import { describe, expect, it } from "vitest";
import { endOfLastSentence, plainText } from "./sentences";

describe("reading a growing reply aloud", () => {
  it("ends at a sentence, in Chinese and in English", () => {
    expect(endOfLastSentence("你好。今天")).toBe(3);
    expect(endOfLastSentence("One. Two! Thr")).toBe(9);
    expect(endOfLastSentence("Version 2.5 is")).toBe(0);
    expect(endOfLastSentence("a line\nand")).toBe(7);
  });

  it("leaves the marks out", () => {
    expect(plainText("## Title\n\nSome **bold** [link](https://a.example) and `code`.")).toBe(
      "Title Some bold link and code.",
    );
  });
});
