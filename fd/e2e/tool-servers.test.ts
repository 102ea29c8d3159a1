// Tool servers: added, connected and restricted in the settings, with a real MCP server.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { violations } from "./axe";
import { lastReply, modelRequests, openChat, openPage, scriptReply, send, signInAsAdmin } from "./browser";
import { freePort } from "./ports";

const SERVER = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}/mcp`;
  server = spawn(process.execPath, [SERVER, "streamableHttp"], {
    env: { ...process.env, PORT: `${port}` },
    stdio: "ignore",
  });
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 60_000 });
});

afterAll(() => {
  server.kill();
});

/** Adds the server for the account, and opens the application anew, with it on in the composer. */
async function openWithTools(): Promise<Page> {
  const { page, post } = await openChat();
  const { id } = await post("/tool/create", { name: "全部", url, auth: "none" });
  await post("/tool/test", { id });
  await page.goto("about:blank");
  await page.goto("/#/");
  await page.getByRole("button", { name: "工具", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "全部" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "工具：已启用 1 个" }).waitFor();
  return page;
}

/** Chooses what a tool may do, and waits until that is saved. */
async function choosePolicy(choice: Locator, label: string): Promise<void> {
  const saved = choice.page().waitForResponse("**/tool/update");
  await choice.selectOption(label);
  await saved;
}

/** A model's answer that calls a tool. */
const call = (name: string, args: object) => ({
  call: { index: 0, id: "call-1", name, arguments: JSON.stringify(args) },
});

describe("a reply with tools", () => {
  it("shows each call with its arguments and result, also after a reload", async () => {
    const page = await openWithTools();
    await scriptReply([{ delta: "我来算一下。" }, call("get-sum", { a: 2, b: 40 })]);
    await scriptReply([{ delta: "答案是 42。" }]);
    await send(page, "2 加 40 是多少？");
    const reply = lastReply(page);
    await reply.getByText("答案是 42。").waitFor();
    for (const reloaded of [false, true]) {
      if (reloaded) await page.reload();
      const step = reply.getByRole("group");
      await step.waitFor();
      await step.locator("summary").click();
      await step.getByText('"b": 40').waitFor();
      await step
        .locator("pre")
        .getByText(/sum.* 42/i)
        .waitFor();
      await reply.getByText("答案是 42。").waitFor();
    }
    await expect.poll(() => reply.innerText()).toMatch(/我来算一下。[\s\S]*答案是 42。/);
  });

  it("shows the images of a result", async () => {
    const page = await openWithTools();
    await scriptReply([call("get-tiny-image", {})]);
    await scriptReply([{ delta: "看到了。" }]);
    await send(page, "画一个");
    await lastReply(page).getByText("看到了。").waitFor();
    const image = lastReply(page).getByRole("img", { name: "image" });
    const isLoaded = () => image.evaluate((element: HTMLImageElement) => element.naturalWidth > 0);
    await expect.poll(isLoaded).toBe(true);
  });

  it("shows the form of a server that holds its call open", async () => {
    const page = await openWithTools();
    await page.goto("/#/settings/tools");
    await page.getByText(/^\d+ 个工具$/).click();
    await choosePolicy(page.getByRole("combobox", { name: /trigger.elicitation.request/i }), "始终允许");
    await page.goto("/#/");
    await scriptReply([call("trigger-elicitation-request", {})]);
    await scriptReply([{ delta: "谢谢。" }]);
    await send(page, "问我");
    // The reply is not at rest while the call is held open.
    const question = page.locator("article[data-role=assistant]").last().getByRole("region");
    await question.getByRole("textbox").first().fill("小安");
    await question.getByRole("button", { name: "提交" }).click();
    await lastReply(page).getByText("谢谢。").waitFor();
    const requests = await modelRequests();
    expect(JSON.stringify(requests.at(-1)?.body)).toContain("小安");
  });

  it("asks before a call, with what will be sent, and goes on with the answer, also after a reload", async () => {
    const page = await openWithTools();
    await page.goto("/#/settings/tools");
    await page.getByText(/^\d+ 个工具$/).click();
    await choosePolicy(page.getByRole("combobox", { name: /echo/i }), "始终询问");
    await page.goto("/#/");
    await scriptReply([call("echo", { message: "一" })]);
    await scriptReply([{ delta: "它说了。" }]);
    await send(page, "说一");
    const question = page.getByRole("region", { name: /^允许“Echo/ });
    await question.waitFor();
    await page.reload();
    const row = page.getByRole("navigation", { name: "对话" }).getByRole("link");
    await row.getByText("等待你处理").waitFor();
    await page.getByRole("button", { name: "等待你处理" }).click();
    await page.getByRole("heading", { name: "等待你处理" }).waitFor();
    await row.getByText("等待你处理").waitFor();
    await question.getByRole("textbox").fill('{"message": "二"}');
    await question.getByRole("button", { name: "允许", exact: true }).click();
    const step = page.getByRole("article").last().locator("summary");
    await expect.poll(() => step.evaluate((summary) => summary === document.activeElement)).toBe(true);
    await lastReply(page).getByText("它说了。").waitFor();
    await row.getByText("等待你处理").waitFor({ state: "detached" });
    const requests = await modelRequests();
    expect(JSON.stringify(requests.at(-1)?.body)).toContain("Echo: 二");
  });
});

describe("the search engine", () => {
  it("is the user's own, with a key that is tested when it is saved; its results are the reply's sources", async () => {
    const keys: unknown[] = [];
    const result = { title: "关于茶", url: "https://example.com/tea", description: "茶的历史" };
    const engine = createHttpServer((request, response) => {
      const key = request.headers["x-subscription-token"];
      keys.push(key);
      response.writeHead(key === "my-search-key-0001" ? 200 : 401, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ web: { results: [result] } }));
    });
    await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
    const { port } = engine.address() as AddressInfo;
    onTestFinished(() => void engine.close());

    const { page } = await openChat();
    await page.goto("/#/settings/tools");
    const card = page.getByRole("region", { name: "联网搜索" });
    await card.getByText("模型使用本站的搜索引擎。").waitFor();
    const enterKey = async (key: string) => {
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("搜索引擎").selectOption("Brave Search");
      await dialog.getByLabel("API 密钥").fill(key);
      await dialog.getByLabel("地址（可选）").fill(`http://127.0.0.1:${port}`);
      await dialog.getByRole("button", { name: "保存" }).click();
      await dialog.waitFor({ state: "detached" });
    };
    await card.getByRole("button", { name: "使用自己的密钥" }).click();
    await enterKey("a-wrong-key-0002");
    await card.getByText("搜索引擎拒绝了此 API 密钥。").waitFor();
    await card.getByRole("button", { name: "编辑“Brave Search”" }).click();
    await enterKey("my-search-key-0001");
    await card.getByText("可用，找到 1 条结果。").waitFor();
    await card.getByText("···0001").waitFor();

    await page.goto("/#/");
    await page.getByRole("button", { name: "工具", exact: true }).click();
    await page.getByRole("menuitemcheckbox", { name: "搜索网页" }).click();
    await page.keyboard.press("Escape");
    await scriptReply([call("web_search", { query: "茶" })]);
    await scriptReply([{ delta: "茶很古老。[1]" }]);
    await send(page, "茶有多古老？");
    await lastReply(page).getByText("茶很古老。").waitFor();
    const links = lastReply(page).getByRole("link");
    await links.filter({ hasText: "关于茶" }).last().waitFor();
    await links.filter({ hasText: /^\[1\]$/ }).waitFor();
    expect(keys).toEqual(["a-wrong-key-0002", "my-search-key-0001", "my-search-key-0001"]);

    await page.goto("/#/settings/tools");
    await card.getByRole("button", { name: "删除“Brave Search”" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await card.getByText("模型使用本站的搜索引擎。").waitFor();
  });
});

describe("tool servers", () => {
  it("of the operator are for every user until they are disabled", async () => {
    const { page, email } = await openChat();
    const admin = await openPage();
    await signInAsAdmin(admin);
    const name = `本站工具 ${email}`;
    await admin.goto("/#/admin/tools");
    await admin.getByRole("button", { name: "添加工具服务器" }).click();
    const form = admin.getByRole("dialog");
    await form.getByLabel("名称").fill(name);
    await form.getByLabel("URL").fill(url);
    expect(await violations(admin)).toEqual([]);
    await form.getByRole("button", { name: "保存" }).click();
    await form.waitFor({ state: "detached" });
    const row = admin.getByRole("listitem").filter({ hasText: name });
    await row.getByRole("button", { name: "测试" }).click();
    await row.getByText(/^已连接/).waitFor();

    await page.goto("/#/settings/tools");
    const offered = page.getByRole("heading", { name });
    await offered.waitFor();
    await row.getByRole("button", { name: `${name} 的操作` }).click();
    await admin.getByRole("menuitem", { name: "停止提供" }).click();
    await row.getByText("已停用").waitFor();
    await page.reload();
    await page.getByText("还没有工具服务器").waitFor();

    await row.getByRole("button", { name: `${name} 的操作` }).click();
    await admin.getByRole("menuitem", { name: "删除" }).click();
    await admin.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await row.waitFor({ state: "detached" });
  });

  it("are connected when they are added; each tool has a policy; one that does not answer says so", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/tools");
    const add = async (name: string, address: string) => {
      await page.getByRole("button", { name: "添加工具服务器" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("名称").fill(name);
      await dialog.getByLabel("URL").fill(address);
      await dialog.getByRole("button", { name: "保存" }).click();
      await dialog.waitFor({ state: "detached" });
      return page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
    };

    const card = await add("全部", url);
    await card.getByText(/已连接，共 \d+ 个工具/).waitFor();
    await card.getByText(/^\d+ 个工具$/).click();
    const policy = card.getByRole("combobox", { name: /echo/i });
    await choosePolicy(policy, "从不允许");
    await page.reload();
    await card.getByText(/^\d+ 个工具$/).click();
    await expect.poll(() => policy.inputValue()).toBe("deny");

    const unreachable = await add("无", "http://127.0.0.1:9/mcp");
    await unreachable.getByText("无法连接工具服务器。").waitFor();

    await card.getByRole("button", { name: "删除“全部”" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await card.waitFor({ state: "detached" });
  });
});
