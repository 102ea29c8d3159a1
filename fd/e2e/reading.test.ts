// Reading: the browser's own search, selection, copying and printing include every loaded message.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  lastReply,
  openChat,
  openGate,
  openImported,
  openPage,
  pieces,
  replies,
  scriptReply,
  send,
  storedMessage,
} from "./browser";

/** A word that occurs once. */
const word = (kind: string, position: number) => `${kind}${String(position).padStart(3, "0")}x`;
const section = (position: number) =>
  `## Section ${position}\n\n${word("part", position)} ${"The text of a section has some length. ".repeat(8)}`;

/** Imports a conversation and opens it from the address, as after a reload. */
async function openConversation(messages: readonly [string, string][], lastWord: string): Promise<Page> {
  const account = await openChat();
  const stored = messages.map(([id, text], index) =>
    storedMessage(id, messages[index - 1]?.[0] ?? null, text),
  );
  const { page } = account;
  await openImported(account, stored, "Reading");
  // The renderer, which replaces the plain text, is loaded.
  await replies(page).last().locator(".prose").getByText(lastWord).waitFor();
  return page;
}

const SECTIONS = 60;
const openLongReply = () =>
  openConversation(
    [
      ["q1", "Write sixty sections"],
      ["r1", Array.from({ length: SECTIONS }, (_, index) => section(index)).join("\n\n")],
    ],
    word("part", SECTIONS - 1),
  );

const openTurns = (count: number) =>
  openConversation(
    Array.from({ length: 2 * count }, (_, index): [string, string] => {
      const turn = Math.floor(index / 2);
      return index % 2 === 0
        ? [`q${turn}`, `Question ${word("ask", turn)}`]
        : [`r${turn}`, `Reply ${word("turn", turn)}.`];
    }),
    word("turn", count - 1),
  );

/** Searches with the browser, and shows the match, which `window.find` only selects. */
async function find(page: Page, wanted: string): Promise<void> {
  const found = await page.evaluate((wanted) => {
    const search = (window as unknown as { find: (...options: unknown[]) => boolean }).find;
    document.getSelection()?.removeAllRanges();
    const found = search(wanted, false, false, true);
    document.getSelection()?.focusNode?.parentElement?.scrollIntoView({ block: "center" });
    return found;
  }, wanted);
  expect(found, wanted).toBe(true);
  const isShown = () =>
    page.evaluate(() => {
      const { top = -1, bottom = -1 } = document.getSelection()?.getRangeAt(0).getBoundingClientRect() ?? {};
      return top >= 0 && bottom <= innerHeight;
    });
  await expect.poll(isShown).toBe(true);
}

/** The words of a kind in a text, in order. */
const wordsIn = (text: string, kind: string) => text.match(new RegExp(`${kind}\\d{3}x`, "g")) ?? [];
const words = (kind: string, first: number, end: number) =>
  Array.from({ length: end - first }, (_, index) => word(kind, first + index));
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** The text on paper, and the number of pages. */
async function print(page: Page): Promise<{ pages: number; text: string }> {
  await page.emulateMedia({ media: "print" });
  const text = await page.locator("body").innerText();
  await page.emulateMedia({ media: null });
  const pdf = (await page.pdf({ format: "A4" })).toString("latin1");
  return { pages: (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length, text };
}

describe("a long reply", () => {
  it("is found by the browser's search, in every section", async () => {
    const page = await openLongReply();
    for (const position of [5, 0, 30, 59]) await find(page, word("part", position));
  });

  it("is copied completely with Ctrl+A", async () => {
    const page = await openLongReply();
    await replies(page).last().getByText(word("part", 59)).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Control+C");
    expect(wordsIn(await copied(page), "part")).toEqual(words("part", 0, SECTIONS));
  });

  it("is copied from a click to a shift-click far away", async () => {
    const page = await openLongReply();
    const target = (position: number) => replies(page).last().getByText(word("part", position));
    await target(2).scrollIntoViewIfNeeded();
    await target(2).click({ position: { x: 1, y: 8 } });
    await target(58).scrollIntoViewIfNeeded();
    await target(58).click({ modifiers: ["Shift"], position: { x: 300, y: 8 } });
    await page.keyboard.press("Control+C");
    expect(wordsIn(await copied(page), "part")).toEqual(words("part", 2, 59));
  });

  it("is printed completely, and nothing else of the page", async () => {
    const page = await openLongReply();
    const { pages, text } = await print(page);
    expect(wordsIn(text, "part")).toEqual(words("part", 0, SECTIONS));
    expect(text).not.toMatch(/新对话|复制|发送|Reading/);
    expect(pages).toBeGreaterThan(8);
  });
});

describe("many messages", () => {
  it("are found by the browser's search", async () => {
    const page = await openTurns(40);
    await expect.poll(() => page.getByRole("article").count()).toBe(80);
    for (const turn of [3, 0, 20]) await find(page, word("turn", turn));
  });

  it("are copied completely by the menu", async () => {
    const page = await openTurns(60);
    await page.getByRole("button", { name: "对话的更多操作" }).click();
    await page.getByRole("menuitem", { name: "复制整个对话" }).click();
    await expect.poll(async () => wordsIn(await copied(page), "turn")).toEqual(words("turn", 0, 60));
  });

  it("are printed, and nothing else of the page", async () => {
    const page = await openTurns(6);
    await expect.poll(() => page.getByRole("article").count()).toBe(12);
    const { pages, text } = await print(page);
    expect(wordsIn(text, "turn")).toEqual(words("turn", 0, 6));
    expect(wordsIn(text, "ask")).toEqual(words("ask", 0, 6));
    expect(text).not.toMatch(/新对话|复制|发送|Reading/);
    expect(pages).toBe(2);
  });
});

describe("the page of a share link", () => {
  it("is printed completely, with its title, and without its buttons", async () => {
    const page = await openPage();
    const message = (role: string, text: string) => ({
      role,
      content: [{ type: "text", text }],
      created_at: "2026-01-01T00:00:00Z",
    });
    const messages = Array.from({ length: 40 }, (_, turn) => [
      message("user", `Question ${word("ask", turn)}`),
      message("assistant", `${"A line of the reply.\n\n".repeat(5)}${word("turn", turn)}`),
    ]).flat();
    const json = {
      format: 1,
      title: "Sowing",
      shared_at: messages[0]?.created_at,
      expires_at: null,
      messages,
    };
    await page.route("**/share.json", (route) => route.fulfill({ json }));
    await page.goto("/#/s/x");
    await replies(page).last().locator(".prose").waitFor();
    const { pages, text } = await print(page);
    expect(wordsIn(text, "turn")).toEqual(words("turn", 0, 40));
    expect(wordsIn(text, "ask")).toEqual(words("ask", 0, 40));
    expect(text).toContain("Sowing");
    expect(text).not.toContain("继续");
    expect(pages).toBeGreaterThan(4);
  });
});

describe("a conversation whose beginning is not loaded", () => {
  const TURNS = 170;

  /** Records what is on paper when the page prints. */
  async function openPartly(): Promise<Page> {
    const page = await openTurns(TURNS);
    await page.evaluate(() => {
      window.print = () => {
        dispatchEvent(new Event("beforeprint"));
        document.body.dataset.onPaper = document.querySelector("[role=feed]")?.textContent ?? "";
      };
    });
    return page;
  }
  const printed = async (page: Page) => (await page.locator("body").getAttribute("data-on-paper")) ?? "";

  it("is printed completely by the menu, and by Ctrl+P", async () => {
    const page = await openPartly();
    await page.getByRole("button", { name: "对话的更多操作" }).click();
    await page.getByRole("menuitem", { name: "打印" }).click();
    await expect.poll(async () => wordsIn(await printed(page), "turn")).toEqual(words("turn", 0, TURNS));
    expect((await print(page)).pages).toBeGreaterThan(15);

    const again = await openPartly();
    await again.keyboard.press("Control+P");
    await expect.poll(async () => wordsIn(await printed(again), "turn")).toEqual(words("turn", 0, TURNS));
  });

  it("is not printed in part when the rest cannot be loaded", async () => {
    const page = await openPartly();
    await page.route(/\/chat\/[^/]+\?/, (route) => route.fulfill({ status: 400, json: {} }));
    await page.keyboard.press("Control+P");
    await page.getByRole("region", { name: "通知" }).getByText("加载失败").waitFor();
    expect(await printed(page)).toBe("");
  });
});

describe("a selection", () => {
  it("stays while its paragraph grows", async () => {
    const { page } = await openChat();
    await scriptReply([
      ...pieces("The paragraph begins like this", 5),
      { gate: "more" },
      ...pieces(" and goes on with **bold** and $x$ and `code` for a while 😀.\n\nAnother", 3),
    ]);
    await send(page, "?");
    await replies(page).last().getByText("begins like this").waitFor();
    const selected = () => page.evaluate(() => document.getSelection()?.toString());
    await replies(page)
      .last()
      .locator(".prose p")
      .evaluate((paragraph) => {
        const text = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
        const nodes: Node[] = [];
        while (text.nextNode()) nodes.push(text.currentNode);
        const last = nodes.at(-1) as Text;
        document.getSelection()?.setBaseAndExtent(nodes[0] as Node, 2, last, last.length);
      });
    expect(await selected()).toBe("e paragraph begins like this");
    await openGate("more");
    await lastReply(page).waitFor();
    expect(await selected()).toBe("e paragraph begins like this");
    await expect.poll(() => replies(page).last().innerText()).toContain("and goes on with bold and");
  });

  it("stays in a paragraph and in code that are complete while the reply goes on", async () => {
    const { page } = await openChat();
    await scriptReply([
      { delta: "The first paragraph.\n\n```js\nlet first = 1;\n```\n\n" },
      { gate: "more" },
      ...pieces("And another paragraph with **bold** words, which grows.", 3),
    ]);
    await send(page, "?");
    const reply = replies(page).last();
    await reply.locator("pre .hl-keyword").waitFor();
    await reply.locator(".prose").evaluate((prose) => {
      const paragraph = prose.querySelector("p") as Element;
      const start = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT).nextNode() as Text;
      const code = prose.querySelector("pre code") as Element;
      document.getSelection()?.setBaseAndExtent(start, 4, code, code.childNodes.length);
    });
    const selected = () =>
      page.evaluate(() => document.getSelection()?.toString().replaceAll(/\s+/g, " ").trim());
    const before = await selected();
    expect(before).toContain("first paragraph.");
    expect(before).toContain("let first = 1;");
    await openGate("more");
    await lastReply(page).getByText("which grows").waitFor();
    expect(await selected()).toBe(before);
  });
});
