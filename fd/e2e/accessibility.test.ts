import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openPage, registerAccount, scriptReply, send, stack } from "./browser";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function violations(page: Page): Promise<string[]> {
  // Wait for colour transitions to end.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => 0))),
  );
  await page.evaluate(axe);
  const results = (await page.evaluate(
    "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa','best-practice']})",
  )) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`),
  );
}

describe.each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  it("every page conforms to WCAG 2.2 AA", async () => {
    const page = await openPage({ colorScheme, reducedMotion: "reduce" });
    await page.route("**/conversation/generate_title", (route) => route.abort());
    await page.goto("/#/login");
    await page.locator("input[type=email]").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto("/#/register");
    await page.locator("input[autocomplete=nickname]").waitFor();
    expect(await violations(page)).toEqual([]);

    await registerAccount(page);
    await page.getByText("还没有对话").waitFor();
    expect(await violations(page)).toEqual([]);
    await scriptReply([
      { reasoning: "先想一想。", name: "reasoning_content" },
      {
        delta:
          "# 标题\n\n正文 `代码` [链接](https://a.example)\n\n```js\nconst a = 1; // 注释\n```\n\n| a |\n|---|\n| 1 |\n\n- [x] 完成",
      },
    ]);
    await send(page, "你好");
    await lastReply(page).locator("pre .hl-keyword").waitFor();
    expect(await violations(page)).toEqual([]);

    await lastReply(page).getByRole("button", { name: "换一个模型重新生成" }).click();
    await page.getByRole("menuitemcheckbox", { name: "与当前回复并排显示" }).click();
    await scriptReply([{ delta: "另一个回答" }]);
    await page.getByRole("menuitem", { name: "默认模型" }).click();
    const both = page.getByRole("region", { name: "并排比较两条回复" });
    await both.getByRole("button", { name: "选用这条回复" }).nth(1).waitFor();
    expect(await violations(page)).toEqual([]);
    await both.getByRole("button", { name: "选用这条回复" }).first().click();
    await lastReply(page).getByRole("button", { name: "回复详情" }).click();
    await page.getByRole("dialog", { name: "回复详情" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await lastReply(page).getByRole("button", { name: "消息的更多操作" }).click();
    await page.getByRole("menuitem", { name: "删除消息" }).click();
    await page.getByRole("dialog", { name: "删除这条消息？" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+F");
    await page.getByRole("searchbox", { name: "在对话中查找" }).fill("标题");
    await page.getByRole("search", { name: "在对话中查找" }).getByText("1 / 1").waitFor();
    expect(await violations(page)).toEqual([]);

    await page.goto("/#/settings");
    await page.getByRole("radio").first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto("/#/settings/account");
    await page.getByText("本设备").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "注销账号…" }).click();
    await page.getByRole("dialog", { name: "要注销账号吗？" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.goto("/#/settings/models");
    await page.getByRole("button", { name: "添加模型" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("searchbox").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: /Ollama/ }).click();
    await dialog.getByLabel("接口地址").fill("http://localhost:1/v1");
    await dialog.getByRole("button", { name: "获取模型" }).click();
    await dialog.getByRole("alert").waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByLabel("接口地址").fill(`${stack().providerUrl}/v1`);
    await dialog.getByRole("button", { name: "获取模型" }).click();
    await dialog.getByRole("checkbox", { name: "slow" }).check();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "添加 1 个模型" }).click();
    await page.getByRole("button", { name: "编辑: slow" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "编辑: slow" }).click();
    await page.getByText("参数", { exact: true }).click();
    await page.getByText("高级", { exact: true }).click();
    expect(await violations(page)).toEqual([]);
  });
});

describe("by keyboard alone", () => {
  it("a person logs in, writes, and reaches the conversation's actions", async () => {
    const page = await openPage();
    await registerAccount(page);
    await page.keyboard.type("你好");
    await page.keyboard.press("Enter");
    await lastReply(page).waitFor();
    expect(await composer(page).evaluate((element) => element === document.activeElement)).toBe(true);
    // To the actions of the row, and into its menu.
    const actions = page.getByRole("navigation", { name: "对话" }).getByRole("listitem").getByRole("button");
    await actions.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "重命名" }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type("键盘");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "键盘" }).waitFor();
  });
});
