// Code blocks and tables: their actions, and the preview of HTML.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { lastReply, openChat, scriptReply, send } from "./browser";

async function receive(text: string): Promise<{ page: Page; reply: Locator }> {
  const { page } = await openChat();
  await scriptReply([{ delta: text }]);
  await send(page, "?");
  await lastReply(page).waitFor();
  return { page, reply: lastReply(page) };
}

const fence = (language: string, code: string) => `\`\`\`${language}\n${code}\n\`\`\`\n`;
const LINES = Array.from({ length: 100 }, (_, index) => `print("line ${index}")`).join("\n");
const heightOf = (element: Locator) => element.evaluate((pre) => pre.clientHeight);

describe("a code block", () => {
  it("of more than 40 lines is folded, but found and copied", async () => {
    const { page, reply } = await receive(fence("python", LINES));
    await page.reload();
    const code = reply.locator("pre");
    await code.waitFor();
    const folded = await heightOf(code);
    await reply.getByRole("button", { name: "展开全部 100 行" }).click();
    expect(await heightOf(code)).toBeGreaterThan(2 * folded);
    await reply.getByRole("button", { name: "收起" }).click();
    await expect.poll(() => heightOf(code)).toBe(folded);

    const found = await page.evaluate(() =>
      (window as unknown as { find: (...options: unknown[]) => boolean }).find("line 99", false, false, true),
    );
    expect(found).toBe(true);
    await page.evaluate(() => document.getSelection()?.focusNode?.parentElement?.scrollIntoView());
    await expect.poll(() => heightOf(code)).toBeGreaterThan(2 * folded);
  });

  it("has a header that stays on the screen", async () => {
    const { page, reply } = await receive(fence("python", LINES));
    await page.reload();
    await reply.getByRole("button", { name: "展开全部" }).click();
    await reply.getByText('"line 60"').scrollIntoViewIfNeeded();
    const top = await page
      .getByRole("region", { name: "消息" })
      .evaluate((list) => list.getBoundingClientRect().top);
    const header = reply.locator(".code-block figcaption");
    await expect.poll(async () => (await header.boundingBox())?.y).toBe(top);
  });

  it("wraps its lines, and is downloaded as a file of its language", async () => {
    const { page, reply } = await receive(fence("python", `x = "${"long ".repeat(200)}"`));
    const code = reply.locator("pre");
    const isWide = () => code.evaluate((pre) => pre.scrollWidth > pre.clientWidth);
    expect(await isWide()).toBe(true);
    await reply.getByRole("button", { name: "自动换行" }).click();
    await expect.poll(isWide).toBe(false);

    const download = page.waitForEvent("download");
    await reply.getByRole("button", { name: "下载" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("code.py");
    expect(readFileSync(await file.path(), "utf8")).toContain('x = "long long');
  });
});

it("copies a table for a spreadsheet", async () => {
  const { page, reply } = await receive("| a | b, c |\n|---|---|\n| 1 | **two** |\n");
  await reply.getByRole("button", { name: "复制为 TSV" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("a\tb, c\n1\ttwo");
  await reply.getByRole("button", { name: "复制为 CSV" }).click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/^a,"b, c"\r?\n1,two\r?\n$/);
});

it.each([
  ["html", "<style>p { color: rgb(1, 2, 3) }</style><p>Shown</p>", "p"],
  ["svg", '<svg width="50" height="50"><circle r="20" cx="25" cy="25"/></svg>', "circle"],
])("shows %s as a page", async (language, source, selector) => {
  const { reply } = await receive(fence(language, source));
  await reply.getByRole("button", { name: "显示预览" }).click();
  await reply.frameLocator("iframe").locator(selector).waitFor();
  await reply.getByRole("button", { name: "显示源码" }).click();
  await expect.poll(() => reply.locator("pre").innerText()).toBe(source);
});
