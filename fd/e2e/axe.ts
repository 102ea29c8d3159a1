// The accessibility rules of axe, for the browser tests.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * False alarms of axe, by rule: elements that it must not report.
 *
 * - aria-hidden-focus: focus guards, which move the focus on as soon as they get it. ACT rule 6cfa84 allows them (its
 *   passed example 4); axe cannot tell (dequelabs/axe-core#4832). accessibility.test.ts shows that none keeps the focus.
 * - region: an open menu is rendered outside of the landmarks. Like a dialog, which the rule exempts, it has the focus
 *   while it is open, and belongs to the button that names it.
 */
const FALSE_ALARMS: Readonly<Record<string, string>> = {
  "aria-hidden-focus": "[data-base-ui-focus-guard]",
  region: "[role=menu], [role=menu] *",
};

/** The violations of WCAG 2.2 AA that axe finds in the page, each with its rule and element. */
export async function violations(page: Page): Promise<string[]> {
  // Wait for colour transitions to end.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
  );
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const results = (await page.evaluate(
    "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa','best-practice'], elementRef: false})",
  )) as AxeResults;
  const found: string[] = [];
  for (const { id, nodes } of results.violations)
    for (const { html, target } of nodes) {
      const allowed = FALSE_ALARMS[id];
      const isAllowed = allowed && (await page.locator(String(target[0])).and(page.locator(allowed)).count());
      if (!isAllowed) found.push(`${id}: ${html.slice(0, 160)}`);
    }
  return found;
}
