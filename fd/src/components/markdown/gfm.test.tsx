// The examples of GFM's extensions hold, except for deliberate differences, which are listed here with their reasons.
import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { normalized } from "@/testing/outline";
import { Markdown } from "./Markdown";

const outlineOf = (markdown: string) =>
  normalized(render(<Markdown text={markdown} finished />).container).replaceAll(" data-align=", " align=");

const row = (cell: string, ...cells: string[]) =>
  `<tr>${cells.map((text) => `<${cell}>${text}</${cell.split(" ")[0]}>`).join("")}</tr>`;
const table = (...rows: string[]) => `<table>${rows.join("")}</table>`;
const link = (href: string, text = href) => `<a href=${href}>${text}</a>`;
const p = (...texts: string[]) => texts.map((text) => `<p>${text}</p>`).join("");
const www = (rest: string) => link(`http://www.${rest}`, `www.${rest}`);
const mail = (address: string) => link(`mailto:${address}`, address);

/** Number in the specification, input, outline. */
const EXAMPLES: readonly (readonly [number: number, markdown: string, outline: string])[] = [
  [
    198,
    "| foo | bar |\n| --- | --- |\n| baz | bim |",
    table(row("th", "foo", "bar"), row("td", "baz", "bim")),
  ],
  [
    199,
    "| abc | defghi |\n:-: | -----------:\nbar | baz",
    table(
      "<tr><th align=center>abc</th><th align=right>defghi</th></tr>",
      "<tr><td align=center>bar</td><td align=right>baz</td></tr>",
    ),
  ],
  [
    200,
    "| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |",
    table(row("th", "f|oo"), row("td", "b <code>|</code> az"), row("td", "b <strong>|</strong> im")),
  ],
  [
    201,
    "| abc | def |\n| --- | --- |\n| bar | baz |\n> bar",
    `${table(row("th", "abc", "def"), row("td", "bar", "baz"))}<blockquote><p>bar</p></blockquote>`,
  ],
  [
    202,
    "| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar",
    table(row("th", "abc", "def"), row("td", "bar", "baz"), row("td", "bar", "")) + p("bar"),
  ],
  [203, "| abc | def |\n| --- |\n| bar |", p("| abc | def | | --- | | bar |")],
  [
    204,
    "| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |",
    table(row("th", "abc", "def"), row("td", "bar", ""), row("td", "bar", "baz")),
  ],
  [205, "| abc | def |\n| --- | --- |", table(row("th", "abc", "def"))],
  [279, "- [ ] foo\n- [x] bar", "<ul><li><input></input>foo</li><li><input checked=></input>bar</li></ul>"],
  [
    280,
    "- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim",
    "<ul><li><input checked=></input>foo<ul><li><input></input>bar</li><li><input checked=></input>baz</li></ul></li><li><input></input>bim</li></ul>",
  ],
  [492, "This ~~has a\n\nnew paragraph~~.", p("This ~~has a", "new paragraph~~.")],
  [493, "This will ~~~not~~~ strike.", p("This will ~~~not~~~ strike.")],
  [622, "www.commonmark.org", p(www("commonmark.org"))],
  [
    623,
    "Visit www.commonmark.org/help for more information.",
    p(`Visit ${www("commonmark.org/help")} for more information.`),
  ],
  [
    624,
    "Visit www.commonmark.org.\n\nVisit www.commonmark.org/a.b.",
    p(`Visit ${www("commonmark.org")}.`, `Visit ${www("commonmark.org/a.b")}.`),
  ],
  [
    625,
    "www.google.com/search?q=Markup+(business)\n\nwww.google.com/search?q=Markup+(business)))\n\n(www.google.com/search?q=Markup+(business))\n\n(www.google.com/search?q=Markup+(business)",
    p(
      www("google.com/search?q=Markup+(business)"),
      `${www("google.com/search?q=Markup+(business)")}))`,
      `(${www("google.com/search?q=Markup+(business)")})`,
      `(${www("google.com/search?q=Markup+(business)")}`,
    ),
  ],
  [627, "www.google.com/search?q=commonmark&hl=en", p(www("google.com/search?q=commonmark&hl=en"))],
  [628, "www.commonmark.org/he<lp", p(`${www("commonmark.org/he")}<lp`)],
  [
    629,
    "http://commonmark.org\n\n(Visit https://encrypted.google.com/search?q=Markup+(business))",
    p(
      link("http://commonmark.org"),
      `(Visit ${link("https://encrypted.google.com/search?q=Markup+(business)")})`,
    ),
  ],
  [630, "foo@bar.baz", p(mail("foo@bar.baz"))],
  [
    631,
    "hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
    p(`hello@mail+xyz.example isn't valid, but ${mail("hello+xyz@mail.example")} is.`),
  ],
  [
    632,
    "a.b-c_d@a.b\n\na.b-c_d@a.b.\n\na.b-c_d@a.b-\n\na.b-c_d@a.b_",
    p(mail("a.b-c_d@a.b"), `${mail("a.b-c_d@a.b")}.`, "a.b-c_d@a.b-", "a.b-c_d@a.b_"),
  ],
  [
    633,
    "mailto:foo@bar.baz\n\nmailto:a.b-c_d@a.b\n\nmailto:a.b-c_d@a.b.\n\nmailto:a.b-c_d@a.b/\n\nmailto:a.b-c_d@a.b-\n\nmailto:a.b-c_d@a.b_",
    p(
      link("mailto:foo@bar.baz"),
      link("mailto:a.b-c_d@a.b"),
      `${link("mailto:a.b-c_d@a.b")}.`,
      `${link("mailto:a.b-c_d@a.b")}/`,
      "mailto:a.b-c_d@a.b-",
      "mailto:a.b-c_d@a.b_",
    ),
  ],
];

/** Examples that differ: number, reason, input, the outline here. */
const DIFFERENCES: readonly (readonly [number: number, reason: string, markdown: string, outline: string])[] =
  [
    [
      491,
      "One tilde is no strikethrough: it means 'about', as in '~5 to ~10'.",
      "~~Hi~~ Hello, ~there~ world!",
      p("<s>Hi</s> Hello, ~there~ world!"),
    ],
    [
      626,
      "A closing parenthesis without an opening one ends an address, not only where nothing follows.",
      "www.google.com/search?q=(business))+ok",
      p(`${www("google.com/search?q=(business)")})+ok`),
    ],
    [
      627,
      "An entity reference at the end of an address is a parameter of its query more often.",
      "www.google.com/search?q=commonmark&hl;",
      p(`${www("google.com/search?q=commonmark&hl")};`),
    ],
    ...[
      [633, "xmpp:foo@bar.baz", "xmpp:foo@bar.baz."],
      [634, "xmpp:foo@bar.baz/txt", "xmpp:foo@bar.baz/txt@bin", "xmpp:foo@bar.baz/txt@bin.com"],
      [635, "xmpp:foo@bar.baz/txt/bin"],
    ].map(
      ([number, ...texts]) =>
        [
          number as number,
          "Only http, https and mailto are linked.",
          texts.join("\n\n"),
          p(...(texts as string[])),
        ] as const,
    ),
    [
      657,
      "All HTML is text, except a few tags, not only the tags that GFM disallows.",
      "<strong> <title> <style> <em>\n\n<blockquote>\n  <xmp> is disallowed.  <XMP> is also disallowed.\n</blockquote>",
      p(
        "<strong> <title> <style> <em>",
        "<blockquote><xmp> is disallowed. <XMP> is also disallowed.</blockquote>",
      ),
    ],
  ];

describe("GitHub Flavored Markdown", () => {
  it.each(EXAMPLES)("example %i holds: %s", (_number, markdown, outline) => {
    expect(outlineOf(markdown)).toBe(outline);
  });

  it.each(DIFFERENCES)("example %i differs: %s", (_number, _reason, markdown, outline) => {
    expect(outlineOf(markdown)).toBe(outline);
  });

  it.each([
    "See README.md and example.com.",
    "node.js is fast",
    "user@host",
    "www.",
    "awww.example.com",
    "`www.a.example`",
  ])("has no link in %s", (markdown) => expect(outlineOf(markdown)).not.toContain("<a"));
});
