import { afterEach, describe, expect, it } from "vitest";
import { countIn, phrasePattern, rangesIn } from "./find-ranges";

afterEach(() => {
  document.body.innerHTML = "";
});

function found(html: string, phrase: string): string[] {
  document.body.innerHTML = `<article>${html}</article>`;
  const pattern = phrasePattern(phrase) as RegExp;
  return rangesIn(document.querySelector("article") as Element, pattern).map(String);
}

describe("the occurrences of a phrase in a rendered message", () => {
  it.each<[string, string, string, string[]]>([
    ["in any case", "<p>Grey heron, GREY HERON</p>", "grey heron", ["Grey heron", "GREY HERON"]],
    ["across elements of a line", "<p>a <b>grey</b> <i>her</i>on</p>", "grey heron", ["grey heron"]],
    ["across line breaks of the source", "<p>grey\nheron</p>", "grey heron", ["grey\nheron"]],
    ["not from one block into the next", "<p>grey</p><p>heron</p>", "grey heron", []],
    ["not in buttons and hidden names", "<button>heron</button><h2 class='sr-only'>heron</h2>", "heron", []],
    ["once in a formula", "<p><span class='katex-mathml'>x2</span><span>x2</span></p>", "x2", ["x2"]],
    ["in Chinese", "<p>苍鹭和苍鹭</p>", "苍鹭", ["苍鹭", "苍鹭"]],
    ["with characters of patterns", "<p>f(x) = x? a.b</p>", "f(x) = x?", ["f(x) = x?"]],
  ])("are found %s", (_, html, phrase, ranges) => {
    expect(found(html, phrase)).toEqual(ranges);
  });
});

it("a phrase is counted in a text", () => {
  expect(countIn("a.b axb A.B", phrasePattern("a.b") as RegExp)).toBe(2);
  expect(phrasePattern("  ")).toBeNull();
});
