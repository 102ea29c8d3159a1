// Share links: made in a chat, read by anybody without an account and without the backend, updated, revoked, continued.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import {
  ask,
  expectComplaints,
  lastReply,
  modelRequests,
  openChat,
  openPage,
  registerAccount,
  stack,
} from "./browser";

const picture = fileURLToPath(new URL("picture.png", import.meta.url));

const dialog = (page: Page) => page.getByRole("dialog");

async function openDialog(page: Page): Promise<void> {
  await page.getByRole("button", { name: "对话的更多操作" }).click();
  await page.getByRole("menuitem", { name: "分享", exact: true }).click();
  await dialog(page).waitFor();
}

/** Makes a link in the open dialog, and returns it. */
async function createLink(page: Page): Promise<string> {
  await dialog(page).getByRole("button", { name: "创建链接" }).click();
  return dialog(page).getByLabel("链接", { exact: true }).first().inputValue();
}

/** Opens a link in a new browser profile; `requests` are the addresses that the page asks for. */
async function openLink(link: string): Promise<{ page: Page; requests: string[] }> {
  const page = await openPage();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  page.on("websocket", (socket) => requests.push(new URL(socket.url()).pathname));
  await page.goto(link);
  return { page, requests };
}

/** The image of the question is shown, with its pixels. */
async function expectImage(page: Page): Promise<void> {
  const image = page.locator("article img").first();
  await expect.poll(() => image.evaluate((shown: HTMLImageElement) => shown.naturalWidth)).toBeGreaterThan(0);
}

const ofBackend = (requests: readonly string[]) => requests.filter((path) => path.startsWith("/api"));

describe("a share link", () => {
  it("shows the chat without an account and without the backend, also after an update", async () => {
    const { page } = await openChat();
    await ask(page, "哪种鸟？", [{ delta: "一只**苍鹭**。" }]);
    await openDialog(page);
    expect(await violations(page)).toEqual([]);
    const link = await createLink(page);
    expect(await violations(page)).toEqual([]);

    const { page: reader, requests } = await openLink(link);
    await reader.getByText("苍鹭", { exact: true }).waitFor();
    await expect.poll(() => reader.locator("article strong").textContent()).toBe("苍鹭");
    await expect.poll(() => reader.locator("article").count()).toBe(2);
    expect(ofBackend(requests)).toEqual([]);
    expect(requests.filter((path) => path.startsWith("/shares/"))).toHaveLength(1);
    expect(await reader.locator('meta[name="robots"]').getAttribute("content")).toContain("noindex");
    expect(await reader.locator('meta[name="referrer"]').getAttribute("content")).toBe("no-referrer");
    expect(await violations(reader)).toEqual([]);

    await page.keyboard.press("Escape");
    await ask(page, "在哪里？", [{ delta: "在河边。" }]);
    await openDialog(page);
    await dialog(page).getByRole("button", { name: "更新" }).click();
    await page.getByText("链接现在显示对话的最新内容。").waitFor();
    await reader.reload();
    await reader.getByText("在河边。").waitFor();

    await dialog(page).getByRole("button", { name: "撤销" }).click();
    await page.getByRole("dialog").last().getByRole("button", { name: "撤销" }).click();
    await dialog(page).getByLabel("链接", { exact: true }).waitFor({ state: "detached" });
    const { page: late } = await openLink(link);
    await late.getByRole("heading", { name: "这个链接无效" }).waitFor();
    expect(await violations(late)).toEqual([]);
  });

  it("of a reply ends there, and is listed in the settings", async () => {
    const { page } = await openChat();
    await ask(page, "一", [{ delta: "第一个回答" }]);
    const first = lastReply(page);
    await ask(page, "二", [{ delta: "第二个回答" }]);
    await page
      .locator("article[data-role=assistant]")
      .first()
      .getByRole("button", { name: "更多操作" })
      .click();
    await page.getByRole("menuitem", { name: "分享到这里" }).click();
    const link = await createLink(page);
    await page.keyboard.press("Escape");
    await first.waitFor();

    const { page: reader } = await openLink(link);
    await reader.getByText("第一个回答").waitFor();
    expect(await reader.getByText("第二个回答").count()).toBe(0);

    await page.goto("/#/settings/shares");
    await expect.poll(() => page.getByLabel("链接", { exact: true }).inputValue()).toBe(link);
    await page.getByRole("button", { name: "二维码" }).click();
    await page.getByRole("img", { name: "链接的二维码" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("that is encrypted has its key in the fragment only", async () => {
    const { page } = await openChat();
    await ask(page, "秘密？", [{ delta: "是秘密。" }]);
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
    await openDialog(page);
    await dialog(page).getByLabel(/^加密/).check();
    const link = await createLink(page);
    const key = link.split("/").at(-1) ?? "";
    expect(key).toHaveLength(43);
    expect(sent.filter((request) => request.includes(key))).toEqual([]);

    const { page: reader, requests } = await openLink(link);
    await reader.getByText("是秘密。").waitFor();
    expect(ofBackend(requests)).toEqual([]);
    const [path = ""] = requests.filter((name) => name.startsWith("/shares/"));
    const object = (await (await fetch(`${stack().spaUrl}${path}`)).json()) as object;
    expect(Object.keys(object).sort()).toEqual(["data", "iv", "sealed"]);

    const { page: keyless } = await openLink(link.slice(0, -key.length - 1));
    await keyless.getByRole("heading", { name: "这个对话已加密" }).waitFor();
  });

  it("can be continued after a login", async () => {
    const { page } = await openChat();
    await ask(page, "哪种鸟？", [{ delta: "一只苍鹭。" }]);
    await openDialog(page);
    const link = await createLink(page);

    const { page: reader } = await openLink(link);
    await reader.getByRole("link", { name: "继续这个对话" }).click();
    await reader.locator("input[type=email]").waitFor();
    const { pathname, hash } = new URL(link);
    await registerAccount(reader);
    await reader.goto(`${pathname}${hash}`);
    // A change of the fragment alone: the page loads itself again, with its own policy.
    await reader.getByRole("link", { name: "继续这个对话" }).click();
    await reader.waitForURL(/#\/c\//);
    await lastReply(reader).waitFor();
    await ask(reader, "在哪里？", [{ delta: "在河边。" }]);
  });

  it("that is encrypted shows its image to anybody, and keeps it in the chat that goes on", async () => {
    const { page } = await openChat();
    await page.locator("input[type=file]").setInputFiles(picture);
    await ask(page, "这张图片里有什么？", [{ delta: "一片天空。" }]);
    await openDialog(page);
    await dialog(page).getByLabel(/^加密/).check();
    const link = await createLink(page);

    const { page: reader, requests } = await openLink(link);
    await expectImage(reader);
    expect(ofBackend(requests)).toEqual([]);

    await registerAccount(reader);
    const { pathname, hash } = new URL(link);
    await reader.goto(`${pathname}${hash}`);
    await reader.getByRole("link", { name: "继续这个对话" }).click();
    await reader.waitForURL(/#\/c\//);
    await lastReply(reader).waitFor();
    await expectImage(reader);
    await ask(reader, "在哪里？", [{ delta: "在海边。" }]);
    expect((await modelRequests()).at(-1)?.images).toMatchObject([{ ok: true }]);
  });

  it("shows a changed object as damaged, and sends nothing to other servers", async () => {
    expectComplaints(/Content Security Policy/);
    const { page } = await openChat();
    await ask(page, "哪种鸟？", [{ delta: "一只苍鹭。" }]);
    await openDialog(page);
    const link = await createLink(page);
    const time = "2026-01-02T03:04:05.000Z";
    const hostile = (text: string, more: object = {}) => ({
      format: 1,
      title: "<img src=x onerror=alert(1)>",
      shared_at: time,
      expires_at: null,
      messages: [{ role: "assistant", content: [{ type: "text", text }], created_at: time, ...more }],
    });
    const open = async (body: object) => {
      const reader = await openPage();
      /** Requests that were sent, and dialogs of scripts. */
      const sent: string[] = [];
      reader.on("requestfinished", (request) => sent.push(request.url()));
      reader.on("requestfailed", (request) => {
        if (!/csp/i.test(request.failure()?.errorText ?? "")) sent.push(request.url());
      });
      reader.on("dialog", (alert) => sent.push(alert.message()));
      await reader.route("**/share.json", (route) => route.fulfill({ json: body }));
      await reader.goto(link);
      return { reader, sent };
    };

    const { reader: damaged } = await open(
      hostile("x", { sources: [{ n: 1, title: "x", url: "javascript:alert(1)" }] }),
    );
    await damaged.getByRole("heading", { name: "无法显示这个对话" }).waitFor();

    const text = [
      "<script>alert(1)</script>",
      "[link](javascript:alert(1))",
      "![image](https://tracker.example/x.png)",
      "end",
    ].join("\n\n");
    const { reader, sent } = await open(hostile(text));
    await reader.getByText("end").waitFor();
    await reader.getByRole("link", { name: "image" }).click();
    const results = await reader.evaluate(() =>
      Promise.all(
        ["/api/user/health", "https://tracker.example/"].map((url) =>
          fetch(url).then(
            () => "sent",
            () => "refused",
          ),
        ),
      ),
    );
    expect(results).toEqual(["refused", "refused"]);
    const own = new URL(link).origin;
    expect(sent.filter((url) => !url.startsWith(own) && !url.startsWith("data:"))).toEqual([]);
    expect(await reader.locator("a[href^='javascript']").count()).toBe(0);
  });
});
