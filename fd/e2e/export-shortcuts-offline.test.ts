import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, openModelForm, openPage, send } from "./browser";

describe("a conversation", () => {
  it("is exported as Markdown and as JSON", async () => {
    const { page } = await openChat();
    await send(page, "导出我");
    await lastReply(page).waitFor();
    const save = async (name: string) => {
      await page.getByRole("button", { name: "对话的更多操作" }).click();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("menuitem", { name }).click(),
      ]);
      return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
    };
    const markdown = await save("导出为 Markdown");
    expect(markdown.name).toBe("新对话.md");
    expect(markdown.text).toMatch(/^# 新对话\n\n## 你\n\n导出我\n\n## 助手\n\n.+/);
    const json = await save("导出为 JSON");
    const { messages } = JSON.parse(json.text) as { messages: { role: string; parent_id: string | null }[] };
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  });
});

describe("the keyboard", () => {
  it("lists its shortcuts, except where a question mark is text", async () => {
    const { page } = await openChat();
    await composer(page).press("?");
    await expect.poll(() => composer(page).inputValue()).toBe("?");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "键盘快捷键" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.goto("/#/settings");
    await page.getByRole("radio").first().waitFor();
    await page.keyboard.press("ControlOrMeta+Shift+O");
    await composer(page).waitFor();
  });
});

describe("the preferred model", () => {
  it("is selected in a new conversation", async () => {
    const { page } = await openChat();
    await openModelForm(page);
    await page.getByLabel("名称").fill("我的模型");
    await page.getByLabel("模型 ID").fill("scripted");
    await page.getByLabel(/URL|地址/).fill("http://127.0.0.1:9/v1");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.goto("/#/settings");
    await page.getByLabel("新对话使用的模型").selectOption({ label: "我的模型" });
    await page.goto("/#/");
    await page.getByRole("button", { name: "选择模型" }).filter({ hasText: "我的模型" }).waitFor();
  });
});

describe("without a network", () => {
  it("opens, shows that it is offline, and continues when the network is back", async () => {
    const { page } = await openChat({ serviceWorkers: "allow" });
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText("当前离线").waitFor();
    await composer(page).fill("等网络回来");
    await page.context().setOffline(false);
    await page.getByText("当前离线").waitFor({ state: "detached" });
    await composer(page).press("Enter");
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("等网络回来");
  });

  it("can be installed", async () => {
    const page = await openPage();
    await page.goto("/");
    const address = await page.locator("link[rel=manifest]").evaluate((link: HTMLLinkElement) => link.href);
    const response = await page.request.get(address);
    const manifest = (await response.json()) as { icons: { src: string; sizes: string }[]; display: string };
    expect(manifest.display).toBe("standalone");
    expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(["192x192", "512x512"]));
    for (const { src } of manifest.icons) {
      const icon = await page.request.get(new URL(src, address).href);
      expect(icon.headers()["content-type"]).toMatch(/^image\//);
    }
  });
});
