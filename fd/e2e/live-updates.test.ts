import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  composer,
  lastReply,
  logIn,
  openChat,
  openGate,
  openNewChat,
  openPage,
  pieces,
  replies,
  scriptReply,
  send,
  webSocketOpened,
} from "./browser";

/** The text of every frame that the page's sockets receive. */
function receivedFrames(page: Page): string[] {
  const frames: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => frames.push(payload.toString())),
  );
  return frames;
}

/** A chat whose socket is open, and the frames that it receives. */
async function openConnected(): Promise<{ page: Page; frames: readonly string[] }> {
  let frames: string[] = [];
  let opened: Promise<void> | undefined;
  const { page } = await openChat({
    prepare: async (page) => {
      frames = receivedFrames(page);
      opened = webSocketOpened(page);
    },
  });
  await opened;
  return { page, frames };
}

const questions = (page: Page) => page.locator("article[data-role=user]");
const rows = (page: Page) => page.getByRole("navigation", { name: "对话" }).getByRole("link");

/** Chosen without the settings page, which has its own test. */
async function chooseWebSocket(page: Page): Promise<void> {
  await page.goto("/#/settings");
  // What is above has loaded, and does not move the line any more.
  await page.getByLabel("自定义指令").waitFor();
  await page.getByText("高级", { exact: true }).click();
  await page.getByRole("radio", { name: "WebSocket" }).check();
  await page.goto("/#/");
  await composer(page).waitFor();
}

describe("two devices", () => {
  it("show a conversation that is written on one of them live on the other", async () => {
    const account = await openChat();
    const writer = account.page;
    await send(writer, "第一个问题");
    await lastReply(writer).waitFor();

    const reader = await openPage();
    const connected = reader.waitForEvent("websocket", { timeout: 60_000 });
    await reader.goto("/");
    await logIn(reader, account.email, account.password);
    await connected;
    await rows(reader).first().click();
    await lastReply(reader).waitFor();

    await scriptReply([...pieces("这一句先到，"), { gate: "rest" }, ...pieces("这一句后到。")]);
    await send(writer, "第二个问题");
    await expect
      .poll(() => replies(reader).last().innerText(), { timeout: 60_000 })
      .toContain("这一句先到，");
    expect(await replies(reader).last().innerText()).not.toContain("后到");
    await expect.poll(() => questions(reader).last().innerText()).toContain("第二个问题");
    await openGate("rest");
    await expect.poll(() => lastReply(reader).innerText(), { timeout: 60_000 }).toContain("这一句后到。");
    await expect.poll(() => replies(reader).count()).toBe(2);
    await lastReply(writer).waitFor();
    await expect.poll(() => replies(writer).count()).toBe(2);
    await expect.poll(() => lastReply(writer).innerText()).toContain("这一句先到，这一句后到。");

    // A conversation started on one device appears in the other's list.
    await openNewChat(writer);
    await send(writer, "另一个话题");
    await expect.poll(() => rows(reader).count(), { timeout: 60_000 }).toBe(2);
  });
});

describe("WebSocket as the transport", () => {
  it("carries a whole reply", async () => {
    const { page, frames } = await openConnected();
    await chooseWebSocket(page);
    const streams: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/chat/send")) streams.push(request.url());
    });
    await scriptReply([...pieces("通过另一条路，"), { gate: "end" }, ...pieces("一字不少。")]);
    await send(page, "你好");
    await expect.poll(() => replies(page).last().innerText(), { timeout: 60_000 }).toContain("另一条路");
    await openGate("end");
    await expect.poll(() => lastReply(page).innerText()).toContain("通过另一条路，一字不少。");
    expect(streams).toEqual([]);
    expect(frames.some((frame) => frame.includes('"type": "completed"'))).toBe(true);
  });

  it("falls back to HTTP when no socket can be opened", async () => {
    const { page } = await openChat({
      prepare: (page) => page.routeWebSocket(/\/api\/ws/, (socket) => socket.close()),
    });
    await chooseWebSocket(page);
    await send(page, "你好");
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("你好");
  });
});

describe("HTTP as the transport", () => {
  it("falls back to the socket when streams are blocked", async () => {
    const { page, frames } = await openConnected();
    await page.route("**/chat/send", (route) => route.abort());
    await send(page, "你好");
    await lastReply(page).waitFor({ timeout: 60_000 });
    await expect.poll(() => questions(page).count()).toBe(1);
    expect(frames.some((frame) => frame.includes("request_id"))).toBe(true);
  });
});
