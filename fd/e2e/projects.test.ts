// Projects: their page, their chats, and the instructions that models are given.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, modelRequests, openChat, send } from "./browser";

const projects = (page: Page) => page.getByRole("region", { name: "项目" });
const list = (page: Page) => page.getByRole("navigation", { name: "对话" });

/** Creates a project in the sidebar, which opens its page. */
async function createProject(page: Page, name: string, instructions: string): Promise<void> {
  const section = projects(page).getByRole("button", { name: "项目", exact: true });
  if ((await section.getAttribute("aria-expanded")) === "false") await section.click();
  await projects(page).getByRole("button", { name: "新建项目" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill(name);
  await dialog.getByLabel("表情").fill("🌱");
  await dialog.getByLabel("指令").fill(instructions);
  await dialog.getByRole("button", { name: "保存" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

/** The system prompt of the last call of the model. */
async function systemPrompt(): Promise<string | undefined> {
  const { body } = (await modelRequests()).at(-1) ?? {};
  const [first] = (body as { messages: { role: string; content: string }[] }).messages;
  return first?.role === "system" ? first.content : undefined;
}

describe("projects", () => {
  it("give their chats instructions, and keep them out of the other list", async () => {
    const { page, post } = await openChat();
    await post("/user/me/settings", { instructions: "我是新手。" });
    await createProject(page, "花园", "使用公制单位。");
    await page.getByRole("link", { name: /花园.*新建对话/ }).click();
    await send(page, "番茄什么时候播种？");
    await lastReply(page).waitFor();
    expect(await systemPrompt()).toBe("我是新手。\n\n使用公制单位。");
    await expect.poll(() => list(page).getByRole("link").count()).toBe(0);

    await page.getByRole("button", { name: "对话的更多操作" }).click();
    await page.getByRole("menuitem", { name: "指令" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("您的自定义指令").waitFor();
    await dialog.getByLabel("此对话的指令").fill("只说番茄。");
    await dialog.getByRole("button", { name: "保存" }).click();
    await dialog.waitFor({ state: "detached" });
    await send(page, "还有呢？");
    await expect.poll(systemPrompt).toBe("我是新手。\n\n使用公制单位。\n\n只说番茄。");

    await page.getByRole("link", { name: "打开项目“花园”" }).click();
    await page.locator("main").getByRole("listitem").first().waitFor();
  });

  it("receive chats from the menu and by drag, and keep them when they are deleted", async () => {
    const { page } = await openChat();
    await createProject(page, "旅行", "");
    for (const text of ["杭州", "苏州"]) {
      await page.goto("/#/");
      await composer(page).fill(text);
      await page.keyboard.press("Control+Enter");
      await lastReply(page).waitFor();
    }
    const row = list(page).getByRole("listitem").first();
    await row.hover();
    await row.getByRole("button").click();
    await page.getByRole("menuitem", { name: "移到项目" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "旅行" }).click();
    await expect.poll(() => list(page).getByRole("link").count()).toBe(1);
    const target = projects(page).getByRole("link", { name: "旅行" });
    await list(page).getByRole("link").dragTo(target);
    await expect.poll(() => list(page).getByRole("link").count()).toBe(0);
    await target.click();
    await expect.poll(() => page.locator("main").getByRole("listitem").count()).toBe(2);

    await page.getByRole("button", { name: "项目菜单" }).click();
    await page.getByRole("menuitem", { name: "删除" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await expect.poll(() => list(page).getByRole("link").count()).toBe(2);
    await expect.poll(() => target.count()).toBe(0);
  });
});
