import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  holdTitles,
  lastReply,
  logIn,
  modelRequests,
  openChat,
  openModelForm,
  openNewChat,
  pieces,
  registerAccount,
  scriptReply,
  send,
  stack,
} from "./browser";

async function startConversations(page: Page, messages: readonly string[]): Promise<void> {
  for (const message of messages) {
    await openNewChat(page);
    await send(page, message);
    await lastReply(page).waitFor();
    await rename(page, "新对话", message);
  }
}

const row = (page: Page, title: string) =>
  page.getByRole("navigation", { name: "对话" }).getByRole("listitem").filter({ hasText: title });

async function choose(page: Page, title: string, action: string): Promise<void> {
  await row(page, title).hover();
  await row(page, title).getByRole("button").click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  await choose(page, from, "重命名");
  await page.getByLabel("对话标题").fill(to);
  await page.getByLabel("对话标题").press("Enter");
  await row(page, to).waitFor();
}

describe("the sidebar", () => {
  it("renames, pins, archives, searches and deletes conversations", async () => {
    const { page } = await openChat();
    await startConversations(page, ["苹果派", "香蕉船", "樱桃酒"]);
    const titles = () => page.getByRole("navigation", { name: "对话" }).getByRole("link").allInnerTexts();
    expect(await titles()).toEqual(["樱桃酒", "香蕉船", "苹果派"]);

    await choose(page, "苹果派", "置顶");
    await expect.poll(titles).toEqual(["苹果派", "樱桃酒", "香蕉船"]);
    await choose(page, "樱桃酒", "归档");
    await expect.poll(titles).toEqual(["苹果派", "香蕉船"]);
    await page.reload();
    await expect.poll(titles).toEqual(["苹果派", "香蕉船"]);

    await page.keyboard.press("Control+k");
    await page.keyboard.type("香蕉");
    const found = page.getByRole("navigation", { name: "搜索结果" }).getByRole("link");
    await expect.poll(async () => (await found.allInnerTexts())[0]).toBe("香蕉船");
    await page.getByRole("searchbox").fill("没有这个");
    await page.getByText("没有找到相关对话").waitFor();
    await page.getByRole("button", { name: "清除搜索" }).click();

    await page.getByRole("button", { name: "已归档" }).click();
    await expect.poll(titles).toEqual(["樱桃酒"]);
    await choose(page, "樱桃酒", "取消归档");
    await page.getByText("没有已归档的对话").waitFor();
    await page.getByRole("button", { name: "返回对话" }).click();
    await expect.poll(titles).toEqual(["苹果派", "樱桃酒", "香蕉船"]);

    await page.getByRole("button", { name: "多选" }).click();
    await page.getByLabel("选择“苹果派”").check();
    await page.getByLabel("选择“香蕉船”").check();
    await page.getByRole("button", { name: "删除" }).click();
    await expect.poll(titles).toEqual(["樱桃酒"]);
    await page.getByRole("status").getByText("已将 2 个对话移到回收站").waitFor();
    await page.reload();
    await expect.poll(titles).toEqual(["樱桃酒"]);
  });

  it("is a drawer on a phone", async () => {
    const { page } = await openChat({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await scriptReply(
      pieces(
        "当然！**三天两晚**的杭州行程：\n\n1. 西湖与断桥，傍晚看日落\n2. 灵隐寺、龙井村喝茶\n3. 良渚博物院，下午返程\n\n需要我把每天的交通也排好吗？",
      ),
    );
    await send(page, "帮我安排一次去杭州的短途旅行");
    await lastReply(page).waitFor();
    await page.getByRole("button", { name: "打开侧边栏" }).click();
    await page.getByRole("navigation", { name: "对话" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("navigation", { name: "对话" }).waitFor({ state: "detached" });
  });
});

/** Adds a model in the settings. */
async function addModel(page: Page, name: string): Promise<void> {
  await openModelForm(page);
  await page.getByLabel("名称").fill(name);
  await page.getByLabel("接口地址").fill(`${stack().providerUrl}/v1`);
  await page.getByLabel("模型 ID").fill("no-usage");
  await page.getByRole("button", { name: "保存" }).click();
  await page.getByRole("button", { name: `编辑: ${name}` }).waitFor();
}

const pickedModel = (page: Page) => page.getByRole("button", { name: "选择模型" }).innerText();

async function pickModel(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "选择模型" }).click();
  await page.getByRole("menuitemradio", { name }).click();
}

/** By user id, the model that the browser has for new chats. */
const storedModels = (page: Page) =>
  page.evaluate(
    () =>
      JSON.parse(localStorage.getItem("preferences") ?? "{}").state.modelConfigIds as Record<string, string>,
  );

describe("models", () => {
  it("are added, tested, chosen for a conversation, changed and deleted", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/models");
    await page.getByText("还没有添加模型").waitFor();
    await openModelForm(page);
    await page.getByRole("button", { name: "保存" }).click();
    await expect.poll(() => page.getByRole("dialog").getByText("必填").count()).toBe(2);
    await page.getByLabel("名称").fill("工作用");
    await page.getByLabel("接口地址").fill(`${stack().providerUrl}/v1`);
    await page.getByLabel("模型 ID").fill("no-usage");
    await page.getByLabel("API 密钥", { exact: true }).fill("sk-test-12345678");
    await page.getByRole("button", { name: "测试连接" }).click();
    await page.getByText(/可以使用/).waitFor();
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("还没有对话").waitFor();

    await page.getByRole("link", { name: "新对话" }).click();
    await page.getByRole("button", { name: "选择模型" }).click();
    await page.getByRole("menuitemradio", { name: /工作用/ }).click();
    await send(page, "你好");
    await lastReply(page).waitFor();
    expect((await modelRequests()).some(({ body }) => body.model === "no-usage")).toBe(true);
    await page.reload();
    await expect.poll(() => pickedModel(page)).toContain("工作用");
    // Its real name beside the one that it was given.
    expect(await pickedModel(page)).toContain("no-usage");

    await page.goto("/#/settings/models");
    await page.getByRole("button", { name: "编辑: 工作用" }).click();
    await page.getByLabel("名称").fill("私人用");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("button", { name: "编辑: 私人用" }).waitFor();
    await page.getByLabel("选择 私人用").check();
    await page.getByRole("button", { name: "删除", exact: true }).click();
    await page.getByText("还没有添加模型").waitFor();
    const toast = page.getByRole("region", { name: "通知" });
    await toast.getByRole("button", { name: "撤销" }).click();
    await page.getByLabel("选择 私人用").check();
    await page.getByRole("button", { name: "删除", exact: true }).click();
    await toast.getByRole("button", { name: "关闭" }).click();
    await page.getByText("还没有添加模型").waitFor();
    await page.reload();
    await page.getByText("还没有添加模型").waitFor();
  });

  it("are kept for new chats: the first one added, then the one chosen last, for its owner alone", async () => {
    const account = await openChat();
    const { page } = account;
    await addModel(page, "工作用");
    await page.getByRole("link", { name: "新对话" }).click();
    await expect.poll(() => pickedModel(page)).toContain("工作用");
    await addModel(page, "私人用");
    await page.getByRole("link", { name: "新对话" }).click();
    await expect.poll(() => pickedModel(page)).toContain("工作用");

    await send(page, "你好");
    await lastReply(page).waitFor();
    await pickModel(page, "私人用");
    await page.goto("/#/");
    await expect.poll(() => pickedModel(page)).toContain("私人用");
    await page.reload();
    await expect.poll(() => pickedModel(page)).toContain("私人用");

    await page.getByRole("button", { name: /测试/ }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await page.locator("input[type=email]").waitFor();
    await registerAccount(page);
    await expect.poll(() => pickedModel(page)).toBe("默认模型");
    await page.getByRole("button", { name: /测试/ }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await logIn(page, account.email, account.password);
    await expect.poll(() => pickedModel(page)).toContain("私人用");
  });

  it("that were deleted, here or on another device, are replaced with the default model in new chats", async () => {
    const { page, post } = await openChat();
    await addModel(page, "工作用");
    await page.getByRole("link", { name: "新对话" }).click();
    await expect.poll(() => pickedModel(page)).toContain("工作用");
    await post("/model_config/delete", { ids: Object.values(await storedModels(page)) });
    // The page's list still contains it.
    await send(page, "你好");
    await lastReply(page).waitFor();
    expect((await modelRequests()).at(-1)?.body.model).toBe("scripted");
    await page.reload();
    await page.goto("/#/");
    await expect.poll(() => pickedModel(page)).toBe("默认模型");
  });

  it("that fail show what their server answered, in the test, the reply and after a reload", async () => {
    const { page } = await openChat({ locale: "en" });
    const refusal = { error: { message: "Budget <b>exceeded</b> for key team-7", type: "x", code: "x" } };
    await openModelForm(page);
    await page.getByLabel("Name").fill("Work");
    await page.getByLabel("Base URL").fill(`${stack().providerUrl}/v1`);
    await page.getByLabel("Model ID").fill("no-usage");
    await page.getByLabel("API key").fill("sk-test-12345678");
    // A minute is longer than the backend waits itself.
    await scriptReply([], { status: 429, headers: { "Retry-After": "60" }, ...refusal });
    await page.getByRole("button", { name: "Test connection" }).click();
    const tested = page.getByRole("dialog").getByRole("status");
    await expect.poll(() => tested.innerText()).toContain("HTTP 429");
    await expect.poll(() => tested.getByRole("blockquote").innerText()).toBe(refusal.error.message);
    await expect.poll(() => tested.getByRole("timer").innerText()).toContain("Try again in");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.getByRole("link", { name: "New chat" }).click();
    await page.getByRole("button", { name: "Choose a model" }).click();
    await page.getByRole("menuitemradio", { name: "Work" }).click();
    await scriptReply([], { status: 400, ...refusal });
    await send(page, "Hello");
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      await lastReply(page, "failed").waitFor();
      await expect
        .poll(() => lastReply(page, "failed").getByRole("blockquote").innerText())
        .toBe(refusal.error.message);
      await expect.poll(() => lastReply(page, "failed").innerText()).toContain("did not accept the request");
    }
  });
});

describe("a link into a conversation", () => {
  it("shows its title though the list does not reach that far", async () => {
    const { page } = await openChat();
    const giveTitle = await holdTitles(page);
    await send(page, "你好");
    await lastReply(page).waitFor();
    await giveTitle("很久以前");
    await page.getByRole("heading", { name: "很久以前" }).waitFor();
    await page.route(/\/conversation\?/, (route) =>
      route.fulfill({ json: { items: [], next_cursor: null } }),
    );
    await page.reload();
    await page.getByRole("heading", { name: "很久以前" }).waitFor();
    await lastReply(page).waitFor();
  });
});
