import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openPage, registerAccount, scriptReply, send } from "./browser";

const LONG = `# 一个相当长的标题 WithAVeryLongUnbreakableWordInTheMiddleOfIt

正文 \`inline_code_that_is_rather_long_and_does_not_break()\` 和 https://example.com/a/very/long/address/that/goes/on/and/on/for/ever

\`\`\`js
const line = "a line of code that is much wider than any window that is zoomed this far, and then some";
\`\`\`

| 一列很宽的内容 | another column | a third column | a fourth column |
|---|---|---|---|
| aaaaaaaaaaaaaaaaaaaaaa | bbbbbbbbbbbbbbbbbbbbbbb | ccccccccccccccccccccc | ddddddddddddddd |
`;

/**
 * Elements that scroll sideways or overflow the window, except two-dimensional ones: code, tables, formulas.
 */
function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("body *")].flatMap((element) => {
      if (element.closest("pre, .table-scroll, .formula-display, iframe, .sr-only, svg")) return [];
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width <= 1 || height <= 1 || getComputedStyle(element).visibility === "hidden") return [];
      const outside = right > window.innerWidth + 1 || left < -1;
      const scrolls =
        ["auto", "scroll"].includes(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth + 1;
      return outside || scrolls ? [`${element.tagName} ${element.className}`] : [];
    }),
  );
}

// 1280 × 800 at 200 %, and the narrowest width of WCAG 1.4.10: 1280 pixels at 400 %.
describe.each([
  [640, 400],
  [320, 512],
])("a window of %i × %i pixels", (width, height) => {
  it("shows everything, scrolled in one direction", async () => {
    const page = await openPage({ viewport: { width, height } });
    await page.route("**/conversation/generate_title", (route) => route.abort());
    for (const address of ["/#/login", "/#/register"]) {
      await page.goto(address);
      await page.locator("input[type=email]").waitFor();
      expect(await sideways(page), address).toEqual([]);
    }
    await registerAccount(page);
    expect(await sideways(page)).toEqual([]);
    await scriptReply([{ delta: LONG }]);
    await send(page, "ALongQuestionWithoutAnySpaceThatCouldBeUsedToBreakItIntoLinesOfAReasonableLength很长");
    await lastReply(page).locator("pre").waitFor();
    expect(await sideways(page)).toEqual([]);
    expect(await composer(page).isVisible()).toBe(true);
    await lastReply(page).getByRole("button", { name: "重新生成", exact: true }).scrollIntoViewIfNeeded();

    await page.getByRole("button", { name: "打开侧边栏" }).click();
    await page.getByRole("navigation", { name: "对话" }).waitFor();
    expect(await sideways(page)).toEqual([]);
    await page.keyboard.press("Escape");
    // The drawer was an entry of the history, which the page leaves before it can be opened at another address.
    await expect.poll(() => page.evaluate(() => window.history.state?.layers ?? 0)).toBe(0);
    for (const [address, text] of [
      ["/#/settings/data", "导入对话"],
      ["/#/settings/account", "修改密码"],
      ["/#/settings/models", "添加模型"],
    ] as const) {
      await page.goto(address);
      await page.getByText(text).first().scrollIntoViewIfNeeded();
      expect(await sideways(page), address).toEqual([]);
    }
    await page.getByRole("button", { name: "添加模型" }).click();
    await page.getByRole("searchbox", { name: "搜索服务商" }).waitFor();
    expect(await sideways(page)).toEqual([]);
    await page.getByRole("button", { name: "全部手动填写" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "保存" }).scrollIntoViewIfNeeded();
    expect(await sideways(page)).toEqual([]);
  });
});
