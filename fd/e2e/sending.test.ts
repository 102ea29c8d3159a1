import type { Page, Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  composer,
  lastReply,
  modelRequests,
  openChat,
  openGate,
  openNewChat,
  replies,
  scriptReply,
  send,
} from "./browser";

const dot = {
  name: "dot.png",
  mimeType: "image/png",
  buffer: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  ),
};
const questions = (page: Page) => page.locator("article[data-role=user]");
const waitingDot = (page: Page) => replies(page).getByRole("img", { name: "正在等待回复" });
const queue = (page: Page) => page.getByRole("list", { name: "等待发送的消息" }).getByRole("listitem");

/** Holds calls back until the returned function is called. */
async function holdCalls(page: Page, url: string): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let isReleased = false;
  await page.route(url, async (route) => {
    if (isReleased) await route.continue();
    else held.push(route);
  });
  return async () => {
    isReleased = true;
    await Promise.all(held.map((route) => route.continue()));
  };
}

describe("the first message of a new chat", () => {
  it("is shown with a waiting reply while the conversation is being created", async () => {
    const { page } = await openChat();
    const release = await holdCalls(page, "**/conversation/create");
    await send(page, "在吗");
    await waitingDot(page).waitFor();
    await expect.poll(() => questions(page).innerText()).toContain("在吗");
    expect(await page.getByRole("heading", { name: "今天想聊点什么？" }).count()).toBe(0);
    expect(await composer(page).inputValue()).toBe("");

    // One goes on writing in the same field when the conversation opens.
    await composer(page).pressSequentially("还有");
    await composer(page).evaluate((field) => field.setAttribute("data-mark", "same"));
    await release();
    await lastReply(page).waitFor();
    expect(page.url()).toContain("#/c/");
    expect(await composer(page).getAttribute("data-mark")).toBe("same");
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await composer(page).pressSequentially("一句");
    await expect.poll(() => composer(page).inputValue()).toBe("还有一句");
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("还有一句");
    await page.goto("/#/");
    await page.getByRole("heading", { name: "今天想聊点什么？" }).waitFor();
    expect(await composer(page).inputValue()).toBe("");
  });

  it("stays a draft until its turn has started, also behind a queued one", async () => {
    const { page } = await openChat();
    await holdCalls(page, "**/conversation/create");
    await send(page, "第一句");
    await waitingDot(page).waitFor();
    await send(page, "第二句");
    await expect.poll(() => queue(page).count()).toBe(1);
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("第一句\n\n第二句");
    expect(await questions(page).count()).toBe(0);
  });

  it("does not open its conversation when the user has gone to another one", async () => {
    const { page } = await openChat();
    await send(page, "第一个对话");
    await lastReply(page).waitFor();
    const first = page.url();
    await openNewChat(page);
    const release = await holdCalls(page, "**/conversation/create");
    await send(page, "第二个对话");
    await waitingDot(page).waitFor();
    await page.goto(first);
    await page.getByText("第一个对话").first().waitFor();
    await release();
    const list = page.getByRole("navigation", { name: "对话" }).getByRole("link");
    await expect.poll(() => list.count()).toBe(2);
    expect(page.url()).toBe(first);
    await list.first().click();
    await expect.poll(() => questions(page).innerText()).toContain("第二个对话");
    await lastReply(page).waitFor();
  });

  it("is shown with its images while they are uploaded", async () => {
    const { page } = await openChat();
    const release = await holdCalls(page, "**/conversation/create");
    await page.locator("input[type=file]").setInputFiles(dot);
    await send(page, "看图");
    await waitingDot(page).waitFor();
    await expect.poll(() => questions(page).locator("img").count()).toBe(1);
    expect(await page.locator("form li img").count()).toBe(0);
    await release();
    await lastReply(page).waitFor();
    expect((await modelRequests()).some(({ images }) => images.length === 1 && images[0]?.ok)).toBe(true);
  });
});

describe("Enter while a reply is running", () => {
  it("queues a message with images, also while the conversation is being created", async () => {
    const { page } = await openChat();
    const release = await holdCalls(page, "**/conversation/create");
    await send(page, "第一问");
    await waitingDot(page).waitFor();
    await page.locator("input[type=file]").setInputFiles(dot);
    await send(page, "看图");
    await expect.poll(() => composer(page).inputValue()).toBe("");
    await release();
    await expect.poll(() => lastReply(page).count()).toBeGreaterThan(0);
    await expect.poll(() => questions(page).count()).toBe(2);
    await expect
      .poll(async () => (await modelRequests()).some(({ images }) => images.length === 1 && images[0]?.ok))
      .toBe(true);
    await expect.poll(() => questions(page).last().innerText()).toContain("看图");
    await expect.poll(() => questions(page).last().locator("img").count()).toBe(1);
  });

  async function startReply(page: Page): Promise<void> {
    await scriptReply([{ delta: "慢慢" }, { gate: "end" }, { delta: "说完" }]);
    await send(page, "第一问");
    await page.getByText("慢慢").waitFor();
  }

  it("queues the message, which can be edited, and is sent when the reply ends", async () => {
    const { page } = await openChat();
    await startReply(page);
    await send(page, "第二问错字");
    await send(page, "第三问");
    await send(page, "不要了");
    await expect.poll(() => queue(page).count()).toBe(3);
    expect(await composer(page).inputValue()).toBe("");
    await expect.poll(() => questions(page).count()).toBe(1);

    await queue(page).nth(2).getByRole("button", { name: "取消等待发送的消息" }).click();
    await queue(page).first().getByRole("button", { name: "编辑等待发送的消息" }).click();
    const editor = queue(page).first().getByRole("textbox");
    await editor.fill("第二问");
    await editor.press("Enter");
    await expect.poll(() => queue(page).allInnerTexts()).toHaveLength(2);

    await openGate("end");
    await expect.poll(() => questions(page).count()).toBe(3);
    await expect.poll(() => replies(page).and(page.locator("[data-status=completed]")).count()).toBe(3);
    expect(await queue(page).count()).toBe(0);
    const asked = await questions(page).allInnerTexts();
    expect(asked.map((text) => text.trim().split("\n").at(-1))).toEqual(["第一问", "第二问", "第三问"]);
    await expect.poll(() => replies(page).first().innerText()).toContain("慢慢说完");
  });

  it("keeps a queued message as a draft over a reload", async () => {
    const { page } = await openChat();
    await startReply(page);
    await send(page, "第二问");
    await expect.poll(() => queue(page).count()).toBe(1);
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("第二问");
    await openGate("end");
    await lastReply(page).waitFor();
  });

  it("sends the queued message of a conversation that is not shown", async () => {
    const { page } = await openChat();
    await startReply(page);
    await send(page, "第二问");
    await expect.poll(() => queue(page).count()).toBe(1);
    await openNewChat(page);
    await openGate("end");
    await expect.poll(async () => (await modelRequests()).length).toBe(2);
    await page.getByRole("navigation", { name: "对话" }).getByRole("link").first().click();
    await expect.poll(() => questions(page).count()).toBe(2);
    await lastReply(page).waitFor();
  });

  it("does not send a queued message after a failed reply until the user wants it", async () => {
    const { page } = await openChat();
    await scriptReply([{ gate: "end" }], {
      status: 401,
      error: { message: "bad key", type: "x", code: "invalid_api_key" },
    });
    const release = await holdCalls(page, "**/chat/send");
    await send(page, "第一问");
    await waitingDot(page).waitFor();
    await send(page, "第二问");
    await expect.poll(() => queue(page).count()).toBe(1);
    await release();
    await page.getByText("模型服务拒绝了 API 密钥").waitFor();
    await expect.poll(() => queue(page).count()).toBe(1);
    await queue(page).getByRole("button", { name: "立即发送" }).click();
    await expect.poll(() => questions(page).count()).toBe(2);
    await lastReply(page).waitFor();
    expect(await queue(page).count()).toBe(0);
  });
});
