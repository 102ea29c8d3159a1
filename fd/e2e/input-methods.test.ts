import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, openGate, replies, scriptReply, send } from "./browser";

const questions = "article[data-role=user]";
/** The key press of an input method: in Chromium and Firefox, and in Safari after `compositionend` (WebKit bug 165004). */
const COMPOSING = [{ isComposing: true }, { isComposing: false }];

/** Presses a key that the input method of the focused element handles. */
async function pressInInputMethod(page: Page, key: "Enter" | "Escape" | "ArrowDown"): Promise<void> {
  await page.evaluate(
    ([name, kinds]) => {
      for (const kind of kinds)
        document.activeElement?.dispatchEvent(
          new KeyboardEvent("keydown", { key: name, keyCode: 229, bubbles: true, cancelable: true, ...kind }),
        );
    },
    [key, COMPOSING] as const,
  );
}

async function pressAll(page: Page, field: Locator): Promise<void> {
  await field.focus();
  for (const key of ["Enter", "Escape", "ArrowDown"] as const) await pressInInputMethod(page, key);
}

describe("a key press that belongs to an input method", () => {
  it("neither sends nor closes the editor of a message", async () => {
    const { page } = await openChat();
    await send(page, "一加一");
    await lastReply(page).waitFor();
    await page.locator(questions).hover();
    await page.getByRole("button", { name: "编辑消息" }).click();
    const editor = page.getByRole("textbox", { name: "编辑消息" });
    await editor.fill("二加二");
    await pressAll(page, editor);
    await expect.poll(() => editor.inputValue()).toBe("二加二");
    // The same keys without an input method do.
    await editor.press("Enter");
    await expect.poll(() => replies(page).last().innerText()).toContain("二加二");
  });

  it("does not stop the running reply", async () => {
    const { page } = await openChat();
    await scriptReply([{ delta: "开始" }, { gate: "end" }, { delta: "结束" }]);
    await send(page, "慢慢说");
    await page.getByText("开始").waitFor();
    const stops: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/chat/stop")) stops.push(request.url());
    });
    await pressAll(page, composer(page));
    await openGate("end");
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("开始结束");
    expect(stops).toEqual([]);
  });

  it("does not end the renaming of a conversation", async () => {
    const { page } = await openChat();
    await send(page, "你好");
    await lastReply(page).waitFor();
    const list = page.getByRole("navigation", { name: "对话" });
    await list.getByRole("link").first().hover();
    await list.getByRole("button").first().click();
    await page.getByRole("menuitem", { name: "重命名" }).click();
    const field = page.getByRole("textbox", { name: "对话标题" });
    await field.fill("新标题");
    await pressAll(page, field);
    await expect.poll(() => field.inputValue()).toBe("新标题");
    await field.press("Enter");
    await list.getByRole("link", { name: "新标题" }).waitFor();
  });

  it("does not close a dialog, or select what it lists", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/models");
    await page.getByRole("button", { name: "添加模型" }).click();
    const search = page.getByRole("searchbox");
    await search.fill("o");
    await pressAll(page, search);
    expect(await search.evaluate((element) => element === document.activeElement)).toBe(true);
    await expect.poll(() => search.inputValue()).toBe("o");
    await page.getByRole("button", { name: "全部手动填写" }).click();
    const name = page.getByRole("dialog").getByRole("textbox").first();
    await name.fill("模型");
    await pressAll(page, name);
    await expect.poll(() => name.inputValue()).toBe("模型");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });
});

describe("the editor of a message", () => {
  it("has the send key of the settings, and keeps the other one for a new line", async () => {
    const { page } = await openChat();
    await send(page, "一加一");
    await lastReply(page).waitFor();
    const edit = async () => {
      await page.locator(questions).hover();
      await page.getByRole("button", { name: "编辑消息" }).click();
      return page.getByRole("textbox", { name: "编辑消息" });
    };
    let editor = await edit();
    await editor.press("Shift+Enter");
    await editor.pressSequentially("第二行");
    await editor.press("Enter");
    await expect.poll(() => page.locator(questions).innerText()).toContain("一加一\n第二行");
    await lastReply(page).waitFor();

    await page.evaluate(() => {
      const stored = JSON.parse(localStorage.getItem("preferences") ?? "{}");
      localStorage.setItem(
        "preferences",
        JSON.stringify({ ...stored, version: 3, state: { ...stored.state, sendKey: "mod-enter" } }),
      );
    });
    await page.reload();
    await lastReply(page).waitFor();
    editor = await edit();
    await editor.press("Enter");
    await editor.pressSequentially("第三行");
    await expect.poll(() => editor.inputValue()).toBe("一加一\n第二行\n第三行");
    await editor.press("Control+Enter");
    await expect.poll(() => page.locator(questions).innerText()).toContain("第二行\n第三行");
    await lastReply(page).waitFor();
  });
});
