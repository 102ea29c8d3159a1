// The cases of tests/cases/markdown.json: shown at once and streamed.
import { readFileSync } from "node:fs";
import { cleanup, render, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { randomNumbers } from "@/testing/random";
import { observe, withoutNoise } from "@/testing/shown";
import { Markdown } from "./Markdown";

interface Link {
  text: string;
  href: string;
}
interface Image {
  alt: string;
  src: string;
}
interface CodeBlock {
  text: string;
  coloured?: boolean;
}
interface Right {
  plainText?: string;
  text?: string[];
  noRaw?: string[];
  formulas?: string[];
  codeBlocks?: number | CodeBlock[];
  links?: Link[];
  images?: Image[];
  rtl?: string[];
  ltr?: string[];
  during?: Right;
  cost?: object;
  copied?: string[];
  headings?: number | string[];
  [counted: string]: unknown;
}
interface Repeated {
  before?: string;
  repeat: string;
  times: number;
  after?: string;
}
interface Case {
  id: string;
  text: string | Repeated;
  deltas?: string[];
  right: Right;
}

const { cases } = JSON.parse(readFileSync("../tests/cases/markdown.json", "utf8")) as { cases: Case[] };

function sourceOf(text: string | Repeated): string {
  if (typeof text === "string") return text;
  return (text.before ?? "") + text.repeat.repeat(text.times) + (text.after ?? "");
}

/** The kinds compared as they are: counts, and texts in order. */
const EXACT = [
  ..."bold italic strike code sub sup kbd cells tables lists items quotes rules checkboxes checked display".split(
    " ",
  ),
] as const;

function expectRight(root: Element, right: Right): void {
  const shown = observe(root);
  if (right.plainText !== undefined) expect(shown.text).toBe(right.plainText);
  for (const part of right.text ?? []) expect(shown.text).toContain(part);
  const outsideFormulas = shown.text.replace(/⟨[^⟩]*⟩/g, "");
  for (const raw of right.noRaw ?? []) expect(outsideFormulas).not.toContain(raw);
  for (const name of EXACT) {
    if (right[name] !== undefined)
      expect({ [name]: Reflect.get(shown, name) }).toEqual({ [name]: right[name] });
  }
  if (typeof right.headings === "number") expect(shown.headings).toHaveLength(right.headings);
  else if (right.headings) expect(shown.headings).toEqual(right.headings);
  if (right.formulas) expect(shown.formulas).toEqual(right.formulas.map(withoutNoise));
  if (typeof right.codeBlocks === "number") expect(shown.codeBlocks).toHaveLength(right.codeBlocks);
  else if (right.codeBlocks) expect(shown.codeBlocks).toMatchObject(right.codeBlocks);
  for (const link of right.links ?? []) expect(shown.links).toContainEqual(link);
  for (const image of right.images ?? []) expect(shown.images).toContainEqual(image);
  for (const start of right.rtl ?? []) {
    const { block, list } = shown.directionOf(start);
    expect([start, block, list ?? "rtl"]).toEqual([start, "rtl", "rtl"]);
  }
  for (const start of right.ltr ?? [])
    expect([start, shown.directionOf(start).block]).toEqual([start, "ltr"]);
  expectHarmless(root);
}

function expectHarmless(root: Element): void {
  expect(root.querySelector("a a, script, iframe, object, embed, style, form")).toBeNull();
  for (const element of root.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on/i);
      if (name === "href" || name === "src")
        expect(value).not.toMatch(/^\s*(?:javascript|vbscript|data:text)/i);
    }
  }
}

/** The elements, without the MathML of formulas, which is added later, and the ids that React gives. */
function markup(root: Element): string {
  const copy = root.cloneNode(true) as Element;
  for (const mathml of copy.querySelectorAll(".katex-mathml")) mathml.remove();
  return copy.innerHTML.replace(/_r_\w+_/g, "");
}

/** The prefixes of a text: as its deltas cut it, at every character, or at random ones. */
function prefixes({ id, text, deltas, right }: Case): string[] {
  const source = sourceOf(text);
  if (deltas) return deltas.map((_, index) => deltas.slice(0, index + 1).join(""));
  const random = randomNumbers(id.length);
  const ends: number[] = [];
  for (let end = 0; end < source.length; ) {
    end += right.during ? 1 : 1 + random(Math.ceil(source.length / 8));
    ends.push(Math.min(end, source.length));
  }
  return ends.map((end) => source.slice(0, end));
}

describe.each(cases.filter(({ right }) => !right.cost))("$id", (testCase) => {
  const source = sourceOf(testCase.text);
  const { right } = testCase;

  it("is right at once", async () => {
    const { container } = render(<Markdown text={source} finished />);
    await waitFor(() => expectRight(container, right));
  });

  it("is right when it has been streamed", async () => {
    const { container, rerender } = render(<Markdown text="" />);
    for (const prefix of prefixes(testCase)) {
      rerender(<Markdown text={prefix} />);
      if (right.during) expectRight(container, right.during);
      expectHarmless(container);
    }
    rerender(<Markdown text={source} finished />);
    await waitFor(() => expectRight(container, right));
    const streamed = markup(container);
    cleanup();
    const atOnce = render(<Markdown text={source} finished />).container;
    await waitFor(() => expect(streamed).toBe(markup(atOnce)));
  });
});
