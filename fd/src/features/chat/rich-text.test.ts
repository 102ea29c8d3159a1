import { describe, expect, it } from "vitest";
import { quoted } from "./quotation";
import { htmlToMarkdown } from "./rich-text";

/** Two lines of Visual Studio Code. */
const EDITOR_HTML = `<meta charset='utf-8'><div style="color: #d4d4d4;background-color: #1e1e1e;font-family: Menlo, Monaco, 'Courier New', monospace;font-weight: normal;font-size: 12px;line-height: 18px;white-space: pre;"><div><span style="color: #569cd6;">def</span><span style="color: #d4d4d4;"> f():</span></div><div><span style="color: #d4d4d4;">    </span><span style="color: #c586c0;">return</span><span style="color: #d4d4d4;"> </span><span style="color: #b5cea8;">1</span></div></div>`;

describe("HTML of the clipboard as Markdown", () => {
  it.each([
    [
      "cells of a spreadsheet",
      "<style>td{color:red}</style><table><col><tr><td>A</td><td>B|C</td></tr><tr><td>1</td><td>2<br>3</td></tr></table>",
      "| A | B\\|C |\n| --- | --- |\n| 1 | 2 3 |",
    ],
    [
      "a table with a caption, joined cells and short rows",
      "<table><caption>Sizes</caption><thead><tr><th colspan=2>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
      "Sizes\n\n| A |  |\n| --- | --- |\n| 1 |  |",
    ],
    [
      "nested and numbered lists",
      "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul><ol start=3><li>d</li><li>e<br>f</li></ol>",
      "- a\n  - b\n- c\n\n3. d\n4. e\n   f",
    ],
    [
      "a list to tick off",
      "<ul><li><input type=checkbox checked> done</li><li><input type=checkbox> open</li></ul>",
      "- [x] done\n- [ ] open",
    ],
    [
      "headings, emphasis and links",
      '<h2>One <em>two</em></h2><p>a <strong>b </strong>c, <a href="https://a.example/x_(y)">link</a> <a href="javascript:x()">none</a> <s>old</s></p>',
      "## One *two*\n\na **b** c, [link](<https://a.example/x_(y)>) none ~~old~~",
    ],
    [
      "code with its language and its backticks",
      "<p>run <code>a`b</code></p><pre><code class=language-ts>const a = 1;\n  b();\n```\n</code></pre>",
      "run ``a`b``\n\n````ts\nconst a = 1;\n  b();\n```\n````",
    ],
    ["a quotation", "<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"],
    [
      "text of Google Docs",
      '<b style="font-weight:normal;"><p><span style="font-weight:700">bold</span><span style="font-style:italic"> slanted</span></p></b>',
      "**bold** *slanted*",
    ],
    [
      "formulas",
      '<p>Is <span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation></semantics></math></span><span class="katex-html" aria-hidden="true">x2</span></span> and <span data-source="$y$">y</span> <b>so</b></p>',
      "Is $x^2$ and $y$ **so**",
    ],
    ["a table that is only layout", "<table><tr><td><p>a</p><p><b>b</b></p></td></tr></table>", "a\n\n**b**"],
  ])("has %s", (_name, html, markdown) => {
    expect(htmlToMarkdown(html)).toBe(markdown);
  });

  it.each([
    ["lines of a code editor", EDITOR_HTML],
    ["code whose theme has bold words", EDITOR_HTML.replace("#569cd6;", "#569cd6;font-weight: bold;")],
    [
      "paragraphs with their normal weight",
      '<p style="font-style: normal; font-weight: 400;">a</p><p style="font-weight: normal">b</p>',
    ],
    ["a styled span", "<meta charset=utf-8><span style='color:red'>plain</span>"],
    [
      "a picture only",
      '<img src="https://a.example/p.png"><a href="https://a.example"></a>'.replace(/<a.*/, ""),
    ],
  ])("is left to the plain text for %s", (_name, html) => {
    expect(htmlToMarkdown(html)).toBeNull();
  });

  it("runs nothing of it", () => {
    const html =
      '<p><b>a</b><img src=x onerror="globalThis.ran = true"><script>globalThis.ran = true</script></p>';
    expect(htmlToMarkdown(html)).toBe("**a**");
    expect(globalThis).not.toHaveProperty("ran");
  });

  it("is quoted line by line", () => {
    expect(quoted("a\n\nb\n")).toBe("> a\n>\n> b");
  });
});
