import { describe, expect, it } from "vitest";
import { renderFormula } from "./katex";

const rendered = (tex: string, display = false) => renderFormula(tex, display)?.element.outerHTML;

it("gives each place a formula of its own, however often it recurs", () => {
  const first = renderFormula("x^2", false)?.element;
  const second = renderFormula("x^2", false)?.element;
  expect(second).not.toBe(first);
  expect(second?.outerHTML).toBe(first?.outerHTML);
  first?.replaceChildren();
  expect(rendered("x^2")).toBe(second?.outerHTML);
});

it("tells a formula in a line from one in a block", () => {
  expect(rendered("x^2", true)).toContain("katex-display");
  expect(rendered("x^2")).not.toContain("katex-display");
});

it("adds what is read aloud when it is asked to, wherever the formula recurs", () => {
  for (let time = 0; time < 2; time += 1) {
    const formula = renderFormula("x^2", true);
    expect(formula?.element.querySelector("math")).toBeNull();
    formula?.addMathML();
    expect(formula?.element.querySelector(".katex > .katex-mathml:first-child math")).not.toBeNull();
  }
});

it("knows what is no formula, and goes on knowing it", () => {
  for (let time = 0; time < 2; time += 1) expect(renderFormula("\\frac{", true)).toBeNull();
});

it("sets again what it no longer keeps", () => {
  const before = rendered("y_0");
  for (let index = 0; index < 300; index += 1) renderFormula(`y_{${index + 1}}`, false);
  expect(rendered("y_0")).toBe(before);
});

describe("macros", () => {
  it("of a long derivation are expanded", () => {
    const rows = Array.from(
      { length: 20 },
      (_, row) => `a_{${row}} &\\neq b\\, \\implies\\, c \\quad \\dots`,
    );
    expect(rendered(`\\begin{aligned}${rows.join("\\\\")}\\end{aligned}`, true)).toBeDefined();
  });

  it("that a formula defines are expanded, with their arguments", () => {
    const defined = "\\newcommand{\\field}{\\mathbb{R}}\\def\\sq#1{#1\\cdot #1}\\let\\same=\\field";
    expect(rendered(`${defined} \\sq{x} \\in \\field \\subset \\same`)?.match(/mathbb/g)).toHaveLength(2);
    expect(rendered(`${defined} ${"\\sq{\\field} ".repeat(20)}`)).toBeDefined();
  });

  it.each([
    ["without an end", "\\def\\a{\\a\\a}\\a"],
    ["that grows", "\\def\\a{x\\a}\\a"],
    ["that doubles its argument", "\\def\\a#1\\z{\\a#1#1\\z}\\a x\\z"],
    ["that repeats its argument", `\\def\\a#1\\z{#1\\a#1\\z}\\a ${"x".repeat(300)}\\z`],
    ["with many copies of its argument", `\\def\\a#1{${"#1".repeat(300)}}\\a{${"x".repeat(300)}}`],
    ["with a long body", `\\def\\a{${"x".repeat(500)}}${"\\a".repeat(900)}`],
    ["that another name has", `\\def\\a{${"x".repeat(500)}}\\let\\b=\\a${"\\b".repeat(900)}`],
    ["of macros", `\\def\\a{${"x".repeat(90)}}\\def\\b{${"\\a".repeat(30)}}${"\\b".repeat(30)}`],
    ["in a group", `{\\def\\a{${"x".repeat(500)}}{${"\\a".repeat(900)}}}`],
  ])("are refused before they fill the page: one %s", (_name, bomb) => {
    expect(renderFormula(bomb, false)).toBeNull();
  });
});
