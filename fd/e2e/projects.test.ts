// Projects: their page, their chats, and the instructions that models are given.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import { composer, lastReply, modelRequests, openChat, scriptReply, send } from "./browser";

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

/** The tools of the last call of the model. */
async function offeredTools(): Promise<{ name: string; description: string }[]> {
  const { body } = (await modelRequests()).at(-1) ?? {};
  const { tools = [] } = body as { tools?: { function: { name: string; description: string } }[] };
  return tools.map((tool) => tool.function);
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
    await dialog.getByText("你的自定义指令").waitFor();
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
    await list(page).getByRole("link").hover();
    await page.mouse.down();
    await target.hover();
    // The first move begins the drag, the next ones are over the target.
    await target.hover();
    await page.locator("[data-target]").waitFor();
    expect(await page.getByText("松开以插入文字").count()).toBe(0);
    await page.mouse.up();
    await expect.poll(() => list(page).getByRole("link").count()).toBe(0);
    expect(await composer(page).inputValue()).toBe("");
    await target.click();
    await expect.poll(() => page.locator("main").getByRole("listitem").count()).toBe(2);

    await page.getByRole("button", { name: "项目菜单" }).click();
    await page.getByRole("menuitem", { name: "删除" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await expect.poll(() => list(page).getByRole("link").count()).toBe(2);
    await expect.poll(() => target.count()).toBe(0);
  });

  it("offer their files to the model in every chat, by name", async () => {
    const { page } = await openChat();
    await createProject(page, "法务", "");
    const files = page.getByRole("region", { name: "文件" });
    await files.getByText("添加此项目的所有对话都能使用的文档").waitFor();
    await files.locator("input[type=file]").setInputFiles([
      { name: "价格.csv", mimeType: "text/csv", buffer: Buffer.from("name,price\ntea,12\n") },
      { name: "a.zip", mimeType: "application/zip", buffer: Buffer.from("PK") },
    ]);
    await files.getByRole("button", { name: "打开 价格.csv" }).waitFor();
    await files.getByText("无法读取这类文件").waitFor();
    await files.getByRole("button", { name: "移除 a.zip" }).click();
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["规则：不可退款"], "规则.txt", { type: "text/plain" }));
      return transfer;
    });
    await page.dispatchEvent("main", "dragover", { dataTransfer: data });
    await page.getByText("松开以将文件添加到项目").waitFor();
    await page.dispatchEvent("main", "drop", { dataTransfer: data });
    await files.getByRole("button", { name: "打开 规则.txt" }).waitFor();
    await expect.poll(() => files.getByRole("listitem").count()).toBe(2);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("link", { name: /法务.*新建对话/ }).click();
    await scriptReply([{ delta: "12 [价格.csv p. 1]" }]);
    await send(page, "茶多少钱？");
    await lastReply(page).getByRole("button", { name: "第 1 页" }).click();
    await page.getByRole("dialog", { name: "价格.csv" }).getByText("tea").waitFor();
    await page.keyboard.press("Escape");
    const [search, read] = await offeredTools();
    expect([search?.name, read?.name]).toEqual(["search_file", "read_file"]);
    expect(search?.description).toContain("价格.csv");
    expect(search?.description).toContain("规则.txt");

    await page.getByRole("link", { name: "打开项目“法务”" }).click();
    await files.getByRole("button", { name: "移除 价格.csv" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await expect.poll(() => files.getByRole("listitem").count()).toBe(1);
    await page.reload();
    await files.getByRole("button", { name: "打开 规则.txt" }).waitFor();
    await expect.poll(() => files.getByRole("listitem").count()).toBe(1);
  });

  it("suggest their tools for new chats", async () => {
    const { page } = await openChat();
    await createProject(page, "新闻", "");
    await page.getByRole("button", { name: "项目菜单" }).click();
    await page.getByRole("menuitem", { name: "编辑项目" }).click();
    await page.getByRole("dialog").getByLabel("读取网页").check();
    await page.getByRole("dialog").getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("link", { name: /新闻.*新建对话/ }).click();
    await page.getByRole("button", { name: "工具：已启用 1 个" }).waitFor();
    await send(page, "看看");
    await lastReply(page).waitFor();
    await page.getByRole("button", { name: "工具：已启用 1 个" }).waitFor();
    expect((await offeredTools()).map(({ name }) => name)).toContain("fetch_url");
    await page.goto("/#/");
    await page.getByRole("button", { name: "工具", exact: true }).waitFor();
  });
});
