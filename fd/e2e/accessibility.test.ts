import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import {
  ask,
  composer,
  lastReply,
  openChat,
  openImported,
  openPage,
  scriptReply,
  stack,
  storedMessage,
} from "./browser";

const REPLY =
  "# 标题\n\n正文 `代码` [链接](https://a.example)\n\n```js\nconst a = 1; // 注释\n```\n\n| a |\n|---|\n| 1 |\n\n- [x] 完成";

describe.each(["light", "dark"] as const)("WCAG 2.2 AA in the %s theme", (colorScheme) => {
  const options = { colorScheme, reducedMotion: "reduce" } as const;

  it("holds for the pages of visitors", async () => {
    const page = await openPage(options);
    await page.goto("/#/login");
    await page.locator("input[type=email]").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto("/#/register");
    await page.locator("input[autocomplete=nickname]").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("holds for a conversation, its dialogs, and two replies side by side", async () => {
    const { page } = await openChat(options);
    await page.getByText("还没有对话").waitFor();
    expect(await violations(page)).toEqual([]);
    const reply = await ask(page, "你好", [
      { reasoning: "先想一想。", name: "reasoning_content" },
      { delta: REPLY },
    ]);
    await reply.locator("pre .hl-keyword").waitFor();
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
    await page.keyboard.press("Control+Shift+F");
    await page.getByRole("searchbox", { name: "在对话中查找" }).fill("标题");
    await page.getByRole("search", { name: "在对话中查找" }).getByText("1 / 1").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("holds for every open menu", async () => {
    const { page } = await openChat(options);
    await ask(page, "你好", [{ delta: "你好！" }]);
    await page.getByRole("navigation", { name: "对话" }).getByRole("listitem").hover();
    const triggers = page.locator("[aria-haspopup=menu]:visible");
    const count = await triggers.count();
    expect(count).toBeGreaterThanOrEqual(5);
    for (let index = 0; index < count; index += 1) {
      await triggers.nth(index).press("Enter");
      await page.getByRole("menu").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("menu").waitFor({ state: "detached" });
    }
  });

  it("holds for search results, a toast, and the bin", async () => {
    const chat = await openChat(options);
    const { page } = chat;
    const messages = [storedMessage("q", null, "去哪里"), storedMessage("r", "q", "去断桥。")];
    await openImported(chat, messages, "杭州");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("断桥");
    await page.getByRole("navigation", { name: "搜索结果" }).locator("mark").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "对话的更多操作" }).click();
    await page.getByRole("menuitem", { name: "删除" }).click();
    await page.getByRole("region", { name: "通知" }).getByRole("button", { name: "撤销" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "回收站" }).click();
    await page.getByRole("button", { name: "恢复“杭州”" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "永久删除“杭州”" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("holds for a temporary chat", async () => {
    const { page } = await openChat(options);
    await page.getByRole("button", { name: "临时对话" }).click();
    await page.getByText("最后一条消息 24 小时后自动删除").waitFor();
    expect(await violations(page)).toEqual([]);
    await ask(page, "别记下来", [{ delta: "好的。" }]);
    expect(await violations(page)).toEqual([]);
  });

  it("holds for the settings", async () => {
    const { page } = await openChat(options);
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
    const { page } = await openChat();
    await page.keyboard.type("你好");
    await page.keyboard.press("Enter");
    await lastReply(page).waitFor();
    expect(await composer(page).evaluate((element) => element === document.activeElement)).toBe(true);
    // To the actions of the row, and into its menu.
    const actions = page.getByRole("navigation", { name: "对话" }).getByRole("listitem").getByRole("button");
    await actions.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "重命名" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await page.getByLabel("对话标题").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("键盘");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "键盘" }).waitFor();
  });

  it.each([
    ["Tab", "临时对话"],
    ["Shift+Tab", "测试"],
  ])("%s closes an open menu and moves the focus on from its button", async (key, next) => {
    const { page } = await openChat();
    const trigger = page.getByRole("button", { name: "选择模型" });
    await trigger.press("Enter");
    await page.locator("[role^=menuitem]:focus").waitFor();
    await page.keyboard.press(key);
    await page.getByRole("menu").waitFor({ state: "detached" });
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
      );
    await expect.poll(focused).toContain(next);
  });
});
