// Long conversations: the messages in the document, and the scroll position.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  lastReply,
  openChat,
  openGate,
  openImported,
  replies,
  scriptReply,
  send,
  storedMessage,
  wheel,
} from "./browser";
import { importLongConversation, questionText, replyText } from "./long-conversation";

const COUNT = 1000;
const VERSION_AT = 501;
/** Loaded messages in the document, and the few that are kept, such as one that is being edited. */
const MOST_MESSAGES = 303;

async function openLongConversation(prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const account = await openChat({ prepare });
  const { page } = account;
  await importLongConversation(account, { title: "很长的对话", count: COUNT, versionAt: VERSION_AT });
  await page.reload();
  await page.getByRole("navigation").getByRole("link", { name: "很长的对话" }).click();
  await heading(page, COUNT - 1).waitFor();
  return page;
}

const scroller = (page: Page) => page.getByRole("region", { name: "消息" });
const heading = (page: Page, position: number) =>
  page.getByRole("heading", { name: `回复 ${position}`, exact: true });
const top = (page: Page) => scroller(page).evaluate((element) => element.scrollTop);
const distanceToEnd = (page: Page) =>
  scroller(page).evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
const messages = (page: Page) => page.getByRole("article").count();
/** Offset of an article on the screen, in px from the top of the list. */
const offsetOf = (page: Page, key: string) =>
  scroller(page).evaluate((element, wanted) => {
    const article = [...element.querySelectorAll("article")].find(({ dataset }) => dataset.key === wanted);
    return article ? article.getBoundingClientRect().top - element.getBoundingClientRect().top : null;
  }, key);
/** The read article, the first whose top is on the screen, and its position; null while a taller one fills the screen. */
const readArticle = (page: Page) =>
  scroller(page).evaluate((element) => {
    const { top: edge, bottom } = element.getBoundingClientRect();
    for (const article of element.querySelectorAll<HTMLElement>("article")) {
      const { top } = article.getBoundingClientRect();
      if (top >= edge && top < bottom) return { key: article.dataset.key ?? "", offset: top - edge };
    }
    return null;
  });

/** Simulates a browser without scroll anchoring. */
async function forgetAnchoring(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const supports = CSS.supports.bind(CSS);
    CSS.supports = (property: string, value?: string) =>
      property !== "overflow-anchor" &&
      (value === undefined ? supports(property) : supports(property, value));
    // Like a browser that does not support the property.
    const style = Object.getOwnPropertyDescriptor(CSSStyleDeclaration.prototype, "overflowAnchor");
    Object.defineProperty(CSSStyleDeclaration.prototype, "overflowAnchor", {
      ...style,
      set() {
        style?.set?.call(this, "none");
      },
    });
  });
}

describe("a long conversation", () => {
  it("opens at its end, scrolls to its beginning and back, and is never completely in the document", async () => {
    const page = await openLongConversation();
    await expect.poll(() => distanceToEnd(page)).toBeLessThan(3);
    expect(await messages(page)).toBeLessThan(MOST_MESSAGES);
    const last = page.getByRole("article").last();
    await expect.poll(() => last.getAttribute("aria-setsize")).toBe("1000");
    expect(await last.getAttribute("aria-posinset")).toBe("1000");

    await scroller(page).focus();
    await page.keyboard.press("Home");
    await page.getByText(questionText(0), { exact: true }).waitFor();
    await expect.poll(() => top(page)).toBe(0);
    expect(await page.getByRole("article").first().getAttribute("aria-posinset")).toBe("1");
    expect(await messages(page)).toBeLessThan(MOST_MESSAGES);

    await page.getByRole("button", { name: "回到最新消息" }).click();
    await heading(page, COUNT - 1).waitFor();
    await expect.poll(() => distanceToEnd(page)).toBeLessThan(3);
    expect(await messages(page)).toBeLessThan(MOST_MESSAGES);
  });

  it.each(["the browser keeps", "the page keeps"] as const)(
    "stays with what is read while the messages before it are loaded and shown (%s it there)",
    async (who) => {
      const page = await openLongConversation(who === "the page keeps" ? forgetAnchoring : undefined);
      await scroller(page).hover();
      let seen = 0;
      for (let step = 0; step < 25; step += 1) {
        await wheel(page, -600);
        const read = await readArticle(page);
        // Nearby messages are loaded and get their height.
        await expect.poll(() => page.locator("article[data-status=unloaded]").count()).toBe(0);
        if (!read) continue;
        seen += 1;
        expect(Math.abs(((await offsetOf(page, read.key)) ?? 1e9) - read.offset)).toBeLessThan(2);
      }
      expect(seen).toBeGreaterThan(10);
      // Without the browser's scroll anchoring, a correction of the position ends the wheel's smooth scroll.
      expect(await distanceToEnd(page)).toBeGreaterThan(6_000);
      expect(await messages(page)).toBeLessThan(MOST_MESSAGES);
    },
  );

  it("grows at its end without moving what is read above", async () => {
    const page = await openLongConversation();
    const lines = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ delta: `第 ${from + index} 行\n\n`, after: 0.002 }));
    await scriptReply([...lines(1, 30), { gate: "up" }, ...lines(31, 100)]);
    await send(page, "数数");
    await expect.poll(() => replies(page).last().innerText()).toContain("第 30 行");
    await expect.poll(() => distanceToEnd(page)).toBeLessThan(3);

    await scroller(page).hover();
    await wheel(page, -5000);
    await expect.poll(() => distanceToEnd(page)).toBeGreaterThan(4000);
    const { key, offset: before } = (await readArticle(page)) ?? { key: "", offset: 0 };
    await openGate("up");
    await page.getByRole("button", { name: "停止" }).waitFor({ state: "detached" });
    expect(Math.abs(((await offsetOf(page, key)) ?? 1e9) - before)).toBeLessThan(2);

    await page.getByRole("button", { name: "回到最新消息" }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("第 130 行");
    await expect.poll(() => distanceToEnd(page)).toBeLessThan(3);
    expect(await messages(page)).toBeLessThan(MOST_MESSAGES);
  });

  it("knows the versions of messages that were not loaded, and keeps a message that is being edited", async () => {
    const page = await openLongConversation();
    await scroller(page).focus();
    await page.keyboard.press("Home");
    await page.getByText(questionText(0), { exact: true }).waitFor();
    // Heights are estimates, so half of the list is only near the middle.
    const version = page.getByRole("article").filter({ has: page.getByText("1/2", { exact: true }) });
    let position = 0.5;
    await expect
      .poll(async () => {
        const at = await scroller(page).evaluate((element) => {
          const { top } = element.getBoundingClientRect();
          const shown = [...element.querySelectorAll("article")].find(
            (article) => article.getBoundingClientRect().bottom > top,
          );
          return Number(shown?.getAttribute("aria-posinset"));
        });
        position += (VERSION_AT - at - 3) / COUNT / 2;
        await scroller(page).evaluate((element, part) => {
          element.scrollTop = element.scrollHeight * part;
        }, position);
        return version.count();
      })
      .toBe(1);
    await version.getByRole("button", { name: "下一个版本" }).click();
    await expect.poll(() => replies(page).last().innerText()).toContain("另一个版本");
    expect(await replies(page).last().getAttribute("aria-setsize")).toBe(`${VERSION_AT + 1}`);
    await replies(page).last().getByRole("button", { name: "上一个版本" }).click();
    await heading(page, COUNT - 1).waitFor();
    // The arrows keep the focus, far from the end, which is shown.
    const next = version.getByRole("button", { name: "下一个版本" });
    expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);

    const question = page.getByRole("article").filter({ hasText: questionText(COUNT - 2) });
    await question.hover();
    await question.getByRole("button", { name: "编辑" }).click();
    const editor = page.locator("article textarea");
    await editor.fill("改写的问题");
    await scroller(page).focus();
    await page.keyboard.press("Home");
    await page.getByText(questionText(0), { exact: true }).waitFor();
    await expect.poll(() => editor.inputValue()).toBe("改写的问题");
    expect(await messages(page)).toBeLessThan(MOST_MESSAGES);
  });

  it("is exported completely", async () => {
    const page = await openLongConversation();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "对话的更多操作" }).click();
    await page.getByRole("menuitem", { name: /JSON/ }).click();
    const stream = await (await download).createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as {
      messages: { content: unknown[] }[];
    };
    expect(messages.length).toBe(COUNT + 1);
    expect(messages.every(({ content }) => content.length === 1)).toBe(true);
  });
});

describe("a long reply", () => {
  const PARTS = 120;

  /** Opens a conversation with one reply that is many screens high. */
  async function openLongReply(prepare?: (page: Page) => Promise<void>): Promise<Page> {
    const account = await openChat({ prepare });
    const { page } = account;
    const text = Array.from({ length: PARTS }, (_, index) => replyText(index)).join("\n\n");
    const messages = [storedMessage("q1", null, "写得长一些"), storedMessage("r1", "q1", text)];
    await openImported(account, messages, "长长的回复");
    await heading(page, PARTS - 1).waitFor();
    return page;
  }

  /** The first heading on the screen, and where it is. */
  const readHeading = (page: Page) =>
    scroller(page).evaluate((element) => {
      const { top: edge, bottom } = element.getBoundingClientRect();
      for (const found of element.querySelectorAll(".prose h5")) {
        const { top } = found.getBoundingClientRect();
        if (top >= edge && top < bottom) return { text: found.textContent ?? "", top };
      }
      return null;
    });

  it("opens at its end, and is copied completely", async () => {
    const page = await openLongReply();
    await expect.poll(() => distanceToEnd(page)).toBeLessThan(3);
    await lastReply(page).getByRole("button", { name: "复制", exact: true }).last().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("### 回复 0\n");
    expect(copied).toContain(`### 回复 ${PARTS - 1}\n`);
  });

  it.each(["the browser keeps", "the page keeps"] as const)(
    "stays with what is read while what is before it is shown (%s it there)",
    async (who) => {
      const page = await openLongReply(who === "the page keeps" ? forgetAnchoring : undefined);
      await scroller(page).hover();
      let seen = 0;
      for (let step = 0; step < 20; step += 1) {
        await wheel(page, -700);
        const before = await readHeading(page);
        const after =
          before && (await page.locator(".prose h5", { hasText: before.text }).first().boundingBox());
        if (!before || !after) continue;
        seen += 1;
        expect(Math.abs(after.y - before.top)).toBeLessThan(2);
      }
      expect(seen).toBeGreaterThan(10);
      expect(await distanceToEnd(page)).toBeGreaterThan(10_000);
    },
  );

  it("keeps what is selected, however far away", async () => {
    const page = await openLongReply();
    // In the document because it is near the screen, not because it is at the end.
    await scroller(page).hover();
    await wheel(page, -3000);
    await expect.poll(() => readHeading(page)).not.toBeNull();
    const { text } = (await readHeading(page)) ?? { text: "" };
    const selected = await page.getByRole("heading", { name: text, exact: true }).evaluate((element) => {
      document.getSelection()?.selectAllChildren(element);
      return document.getSelection()?.toString();
    });
    await scroller(page).focus();
    await page.keyboard.press("Home");
    await heading(page, 0).waitFor();
    expect(selected).toBe(text);
    expect(await page.evaluate(() => document.getSelection()?.toString())).toBe(text);
  });
});
