import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { lastReply, openChat, replies, scriptReply, send } from "./browser";

const picture = fileURLToPath(new URL("picture.png", import.meta.url));
const questions = (page: Page) => page.locator("article[data-role=user]");
const rows = (page: Page) => page.getByRole("navigation", { name: "对话" }).getByRole("link");

async function exportJson(page: Page): Promise<string> {
  await page.getByRole("button", { name: "对话的更多操作" }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "导出为 JSON" }).click(),
  ]);
  return readFile(await file.path(), "utf8");
}

const jsonFile = (name: string, text: string) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(text),
});

async function openImport(page: Page): Promise<void> {
  await page.goto("/#/settings/data");
  await page.getByRole("heading", { name: "导入对话" }).waitFor();
}

describe("a conversation in a file", () => {
  it("becomes another account's conversation, with every branch, and a note where an image was", async () => {
    const { page } = await openChat();
    await page.locator("input[type=file]").setInputFiles(picture);
    await scriptReply([{ reasoning: "先看图。", name: "reasoning_content" }, { delta: "第一个**答复**" }]);
    await send(page, "图里有什么？");
    await lastReply(page).waitFor();
    await scriptReply([{ delta: "第二个答复" }]);
    await lastReply(page).getByRole("button", { name: "重新生成", exact: true }).click();
    await expect.poll(() => lastReply(page).innerText()).toContain("第二个答复");
    const text = await exportJson(page);
    expect(text).not.toContain("http");

    const { page: other } = await openChat();
    await openImport(other);
    await other.locator("input[type=file]").setInputFiles(jsonFile("对话.json", text));
    await other.getByRole("button", { name: "导入 1 个对话" }).click();
    await other.getByRole("list", { name: "结果" }).getByRole("link", { name: "新对话" }).click();
    await lastReply(other).waitFor();
    await expect.poll(() => questions(other).innerText()).toContain("图片未导入");
    await expect.poll(() => questions(other).innerText()).toContain("图里有什么？");
    await expect.poll(() => lastReply(other).innerText()).toContain("第二个答复");
    await lastReply(other).getByRole("button", { name: "回复详情" }).click();
    await other.getByRole("dialog", { name: "回复详情" }).getByText("scripted").waitFor();
    await other.keyboard.press("Escape");
    await lastReply(other).getByRole("button", { name: "上一个版本" }).click();
    await expect.poll(() => lastReply(other).innerText()).toContain("第一个答复");
    await lastReply(other).getByRole("button", { name: /思考/ }).click();
    await expect.poll(() => lastReply(other).innerText()).toContain("先看图。");

    await send(other, "接着说");
    await expect.poll(() => replies(other).count()).toBe(2);
    await lastReply(other).waitFor();
    await other.reload();
    await expect.poll(() => questions(other).count()).toBe(2);
    await expect.poll(() => rows(other).count()).toBe(1);
  });

  it("is dropped with others, and other files are rejected", async () => {
    const { page } = await openChat();
    await openImport(page);
    const good = JSON.stringify({
      title: "从文件来",
      active_leaf_id: null,
      messages: [
        {
          id: "1",
          parent_id: null,
          role: "user",
          content: [{ type: "text", text: "你好" }],
          status: "completed",
          created_at: "2026-01-01T00:00:00Z",
        },
      ],
    });
    const files = { "a.json": good, "b.json": '{"hello": 1}', "c.json": good.slice(0, -9) };
    await page.evaluate((contents) => {
      const data = new DataTransfer();
      for (const [name, text] of Object.entries(contents)) data.items.add(new File([text], name));
      const target = [...document.querySelectorAll("section div")].find((each) =>
        each.textContent?.includes("拖到这里"),
      );
      for (const type of ["dragover", "drop"])
        target?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, files);
    await page.getByText("2 项无法导入").waitFor();
    const refused = (reason: string) =>
      page.getByRole("region", { name: reason }).getByRole("listitem").allInnerTexts();
    expect(await refused("不是已知格式的对话")).toEqual(["b.json"]);
    expect(await refused("文件不完整，中途被截断")).toEqual(["c.json"]);
    await page.getByRole("button", { name: "导入 1 个对话" }).click();
    await expect.poll(() => rows(page).allInnerTexts()).toEqual(["从文件来"]);
  });
});
