// Prompts: their settings page, and the menu of the composer.
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat } from "./browser";

describe("prompts", () => {
  it("are written in the settings, and inserted by a slash, with their variables", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/prompts");
    await page.getByRole("button", { name: "新建提示词" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("命令").fill("/播种");
    await dialog.getByLabel("标题").fill("播种时间");
    await dialog.getByLabel("文本").fill("{{植物}}在{{土壤:select 黏土|沙土}}里什么时候播种？");
    await dialog.getByRole("button", { name: "保存" }).click();
    await page.getByRole("button", { name: /播种时间/ }).waitFor();

    await page.goto("/#/");
    await composer(page).pressSequentially("/播");
    await page.getByRole("option", { name: /播种时间/ }).waitFor();
    await page.keyboard.press("Enter");
    await dialog.getByLabel("植物").fill("番茄");
    await dialog.getByLabel("土壤").selectOption("沙土");
    await dialog.getByRole("button", { name: "插入" }).click();
    await expect.poll(() => composer(page).inputValue()).toBe("番茄在沙土里什么时候播种？");
    await page.keyboard.press("Control+Enter");
    await lastReply(page).waitFor();
  });

  it("are chosen by arrow keys; Escape sends the slash as it is", async () => {
    const { page, post } = await openChat();
    for (const command of ["a1", "a2"])
      await post("/prompt/create", { command, title: command, text: `text ${command}` });
    await composer(page).pressSequentially("/a");
    const options = page.getByRole("option");
    await expect.poll(() => options.count()).toBe(2);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await expect.poll(() => composer(page).inputValue()).toBe("text a2");
    await composer(page).fill("/a");
    await options.first().waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => options.count()).toBe(0);
    await page.keyboard.press("Enter");
    await page.locator("article[data-role=user]").getByText("/a").waitFor();
  });

  it("are imported from a file of Open WebUI", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/prompts");
    const content = JSON.stringify([
      { command: "/sum", title: "Summary", content: "Summarize {{CLIPBOARD}}" },
    ]);
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "prompts.json", mimeType: "application/json", buffer: Buffer.from(content) });
    await page.getByRole("button", { name: /Summary/ }).waitFor();
  });
});
