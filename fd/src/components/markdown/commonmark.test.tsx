// The examples of the CommonMark specification hold, except for deliberate differences, which are listed here.
import { render } from "@testing-library/react";
import { tests } from "commonmark-spec";
import { expect, it } from "vitest";
import { normalized } from "@/testing/outline";
import { Markdown } from "./Markdown";

/** Differences that follow from a rule of ours, for all examples that the rule concerns. */
const RULES: readonly { reason: string; concerns: (example: Example) => boolean }[] = [
  {
    reason: "HTML is shown as text, except a few tags: a reply must not bring markup of its own.",
    concerns: ({ section, markdown }) =>
      section === "HTML blocks" || section === "Raw HTML" || /<[/!?a-z][^>:@]*>?/i.test(markdown),
  },
  {
    reason: "Only http, https and mailto addresses become links: a reply has no site of its own.",
    concerns: ({ html }) => /(?:href|src)="(?!https?:|mailto:)/i.test(html),
  },
];

const BARE_ADDRESS = "Addresses in the text are links, as in GFM.";

/** Further examples that differ, by number. */
const DIFFERENCES: Readonly<Record<number, string>> = {
  12: "An escaped bracket and parenthesis begins TeX, as language models write it.",
  581: "An image without a description is a link with its address.",
  ...Object.fromEntries(
    [197, 209, 508, 511, 513, 518, 519, 546, 547, 548, 551, 552, 590, 608, 611, 612].map((number) => [
      number,
      BARE_ADDRESS,
    ]),
  ),
};

interface Example {
  readonly markdown: string;
  readonly html: string;
  readonly section: string;
  readonly number: number;
}

/** Addresses of the examples, made absolute. */
const absolute = (text: string) => text.replace(/(?<=[(<"\s])\/(ur[li]|f)/g, "https://a.example/$1");

function expected(html: string): string {
  const root = document.createElement("div");
  root.innerHTML = html;
  return normalized(root);
}

const examples: readonly Example[] = (tests as readonly Example[]).map((example) => ({
  ...example,
  markdown: absolute(example.markdown.replaceAll("→", "\t")),
  html: absolute(example.html.replaceAll("→", "\t")),
}));
const held = examples.filter(
  (example) => !RULES.some(({ concerns }) => concerns(example)) && !(example.number in DIFFERENCES),
);

it("leaves out few examples", () => expect(held.length).toBeGreaterThan(400));

it.each(held)("example $number ($section) holds", ({ markdown, html }) => {
  const { container } = render(<Markdown text={markdown} finished />);
  expect(normalized(container)).toBe(expected(html));
});
