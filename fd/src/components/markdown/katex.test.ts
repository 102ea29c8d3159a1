import { expect, it } from "vitest";
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
    formula?.addSpoken();
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
