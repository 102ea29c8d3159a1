import { readFileSync } from "node:fs";
import type { Token } from "markdown-it";
import { describe, expect, it } from "vitest";
import { randomNumbers } from "@/testing/random";
import { type Block, isClosedFence, MarkdownStream, parseMarkdown } from "./parse";

/** The rendered parts of the tokens: everything except the line numbers, which count from where parsing began. */
function rendered(blocks: readonly Block[]): string {
  const plain = (token: Token): unknown => [
    token.type,
    token.tag,
    token.attrs,
    token.content,
    token.markup,
    token.info,
    token.hidden,
    token.level,
    token.children?.map(plain),
  ];
  return JSON.stringify(blocks.map(({ tokens }) => tokens.map(plain)));
}

/** Feeds the text in steps and compares with a full parse after each. */
function expectEqualAtEveryPrefix(text: string, step: (position: number) => number): void {
  const stream = new MarkdownStream();
  for (let end = 0; end < text.length; ) {
    end = Math.min(text.length, end + step(end));
    const prefix = text.slice(0, end);
    if (rendered(stream.update(prefix)) !== rendered(parseMarkdown(prefix))) {
      expect(rendered(stream.update(prefix)), `at ${JSON.stringify(prefix.slice(-80))}`).toBe(
        rendered(parseMarkdown(prefix)),
      );
    }
  }
}

const DOCUMENTS = [
  "@base-ui/react",
  "@tanstack/react-query",
  "highlight.js",
  "jsdom",
  "katex",
  "markdown-it",
  "msw",
  "zustand",
  "openapi-fetch",
  "eventsource-parser",
].flatMap((name) => {
  try {
    return [[name, readFileSync(`node_modules/${name}/README.md`, "utf8").slice(0, 12_000)] as const];
  } catch {
    return [];
  }
});

const FRAGMENTS = [
  "# Heading\n",
  "Setext\n===\n",
  "para ",
  "line\n",
  "\n",
  "\n\n",
  "- item\n",
  "  - nested\n",
  "* other\n",
  "1. one\n",
  "2) two\n",
  "    indented\n",
  "   continued\n",
  "> quote\n",
  "lazy\n",
  "```js\n",
  "```\n",
  "~~~\n",
  "code `x` ",
  "**bold** ",
  "*em",
  "* ",
  "_u_ ",
  "| a | b |\n",
  "|---|:-:|\n",
  "| 1 | 2 |\n",
  "---\n",
  "***\n",
  "[ref]",
  "[ref][id] ",
  "[id]: https://a.example\n",
  "[id]: <",
  "[ref]: https://b.example 'title\n",
  "more'\n",
  "![i](https://c.example/x.png) ",
  "https://d.example/ ",
  "$x^2$ ",
  "$5 and $6 ",
  "$$\n",
  "x = 1\n",
  "\\[ y \\]\n",
  "\\(z\\) ",
  "\\",
  "`",
  "``",
  "- [ ] task\n",
  "- [x] done\n",
  "&amp; ",
  "<b>html</b> ",
  "你好，世界。",
  "**注意：**正文",
  "*（说明）*后",
  "~~旧的。~~新的",
  "“",
  "**",
  "\t",
  "  \n",
  "<https://e.example>",
  "\r",
  "\r\n",
  "\n\r",
  "\0",
  "\f",
  "\v",
  "\ufeff",
  "\ud83d",
  "\ude00",
  "\u00a0",
  "\u2028",
  "$$ x = 1\n\n",
  "$$\n\na\n\n$$\n",
  "\\[\n",
  "\\]\n",
  "$$",
  "$",
  "<!-- note\n\n",
  "<!--",
  "-->\n",
  "H<sub>2</sub>",
  "<kbd>",
  "</kbd>",
  "<br>",
  "a[^1] ",
  "[^1]: note\n",
  "[^b]: other\n",
  "- [^c]: nested\n",
  "  [^d]: nested\n",
  "> [^e]: quoted\n",
  "c[^c] ",
  "    more\n",
  "```math\n",
  "> $$\n",
  "> \\[\n",
  "  $$\n",
  "- \n",
  "-",
  "=",
  "#",
] as const;

/** The source of what is bold, in italics or struck through, in order. */
function emphasisOf(text: string): string[] {
  const found: string[] = [];
  const open: string[] = [];
  const inline = parseMarkdown(text).flatMap(({ tokens }) =>
    tokens.flatMap(({ children }) => children ?? []),
  );
  for (const { type, content, markup } of inline) {
    if (/^(strong|em|s)_open$/.test(type)) open.push("");
    else if (/^(strong|em|s)_close$/.test(type)) found.push(open.pop() ?? "");
    else if (open.length > 0) open[open.length - 1] += type === "text" ? content : markup + content + markup;
  }
  return found;
}

describe("markdown that grows", () => {
  it("has documents to be tested with", () => expect(DOCUMENTS.length).toBeGreaterThan(4));

  it.each(DOCUMENTS)("equals a full parse at every prefix of %s's README", (_name, text) => {
    const random = randomNumbers(7);
    expectEqualAtEveryPrefix(text, () => 1 + random(40));
  });

  it("equals a full parse at every character of texts that combine every construct", () => {
    const random = randomNumbers(42);
    for (let round = 0; round < 400; round += 1) {
      let text = "";
      for (let part = 0; part < 14; part += 1) text += FRAGMENTS[random(FRAGMENTS.length)];
      expectEqualAtEveryPrefix(text, () => 1);
    }
  }, 300_000);

  it("keeps the blocks that are complete", () => {
    const stream = new MarkdownStream();
    const before = stream.update("# One\n\nTwo\n\n- three\n\nFour");
    const after = stream.update("# One\n\nTwo\n\n- three\n\nFour and *five*\n\nSix");
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    for (const index of [0, 1, 2]) expect(after[index]).toBe(before[index]);
    expect(after[3]).not.toBe(before[3]);
  });

  it("keeps blocks that a definition further down does not change", () => {
    const stream = new MarkdownStream();
    const text = "# One\n\nA [link]\n\nThree\n\nFour\n\n";
    const before = stream.update(text);
    const after = stream.update(`${text}[link]: https://a.example\n\nFive\n\nSix`);
    for (const index of [0, 2, 3]) expect(after[index]).toBe(before[index]);
    expect(rendered(after)).toContain("link_open");
    expect(stream.update(`${text}[link]: https://a.example\n\nFive\n\nSix\n\nSeven`)[1]).toBe(after[1]);
  });

  it("begins anew when the text is another one", () => {
    const stream = new MarkdownStream();
    stream.update("# Something\n\nelse\n\nentirely");
    expect(rendered(stream.update("- a"))).toBe(rendered(parseMarkdown("- a")));
  });

  it("gives links to web and mail addresses only", () => {
    const links = (text: string) => rendered(parseMarkdown(text)).includes("link_open");
    expect(links("[a](https://a.example)")).toBe(true);
    expect(links("<mailto:a@a.example>")).toBe(true);
    for (const url of ["javascript:alert(1)", "file:///etc/passwd", "//a.example", "vbscript:x"]) {
      expect(links(`[a](${url})`), url).toBe(false);
    }
  });

  it.each([
    ["**注意：**正文，**（括号）**后", ["注意：", "（括号）"]],
    ["他说**“你好”**然后离开", ["“你好”"]],
    ["* **具体：**与其说是工具\n* **总之：**好用", ["具体：", "总之："]],
    ["*斜体（说明）*后文", ["斜体（说明）"]],
    ["删~~旧的（内容）。~~新的", ["旧的（内容）。"]],
    ["**强調できますか？**残念ながら", ["强調できますか？"]],
    ["**이 용어(This term)**를 강조해 주세요.", ["이 용어(This term)"]],
    ["运行**`npm i`**即可，**公式$x$：**后", ["`npm i`", "公式$x$："]],
    ["1. **价格（含税）：**128元", ["价格（含税）："]],
    ["2 * 3 * 4 = 24 与 snake_case_name，文件名_v1_终稿", []],
  ])("finds emphasis beside CJK punctuation: %s", (text, emphasised) => {
    expect(emphasisOf(text)).toEqual(emphasised);
  });

  it("reads prices as prices and formulas as formulas", () => {
    const formulas = (text: string) => rendered(parseMarkdown(text)).split('"math').length - 1;
    expect(formulas("It costs $5 or $10.")).toBe(0);
    expect(formulas("From $ 5 to 6 $ each")).toBe(0);
    expect(formulas("So $x = 5$ and \\(y\\) and $$z$$")).toBe(3);
    expect(formulas("$$\n\\frac{1}{2}\n$$\n\ntext")).toBe(1);
    expect(formulas("`$x$` and \\$x$")).toBe(0);
  });
});

describe("a code block", () => {
  const fencesOf = (text: string) =>
    parseMarkdown(text)
      .flatMap(({ tokens }) => tokens)
      .filter(({ type }) => type === "fence")
      .map(isClosedFence);

  it.each([
    ["```js", [false]],
    ["```js\n", [false]],
    ["```js\na", [false]],
    ["```js\na\n\n", [false]],
    ["```js\na\n``", [false]],
    ["```js\n```", [true]],
    ["```js\na\n```", [true]],
    ["```js\na\n\n```\n\n", [true]],
    ["- ```js\n  a\n  ```\n- ```js\n  a", [true, false]],
    ["> ```js\n> a\n\nafter", [false]],
    ["~~~\na\n~~~\n```\na", [true, false]],
  ])("is whole when its last line is there: %j", (text, closed) => {
    expect(fencesOf(text)).toEqual(closed);
  });

  it("is shown anew when its last line comes, though its code stays the same", () => {
    const stream = new MarkdownStream();
    const [open] = stream.update("```mermaid\na\n");
    const [closed] = stream.update("```mermaid\na\n```");
    expect(closed).not.toBe(open);
  });
});
