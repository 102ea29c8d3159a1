import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, storedMessage } from "./browser";

/** The marked words. */
const marked = (page: Page) =>
  page.evaluate(() => [...(CSS.highlights.get("find") ?? [])].map((range) => range.toString()));

describe("the search", () => {
  it("opens by Ctrl-K anywhere and finds messages, in Chinese and in English", async () => {
    const { page, post } = await openChat();
    await post("/conversation/import", {
      title: "旅行",
      messages: [
        storedMessage("q", null, "我想去罗马"),
        storedMessage("r", "q", "The Colosseum opens at nine."),
      ],
    });
    await post("/conversation/import", {
      title: "Databases",
      messages: [storedMessage("q", null, "怎样建索引？")],
    });
    await page.goto("/#/settings");
    await page.getByRole("radio").first().waitFor();
    const titles = () =>
      page.getByRole("navigation", { name: "搜索结果" }).locator("li > a:first-child").allInnerTexts();
    for (const [words, found] of [
      ["罗马", ["旅行"]],
      ["colosseum NINE", ["旅行"]],
      ["索引", ["Databases"]],
      ["database", ["Databases"]],
      ["罗马 索引", []],
    ] as const) {
      await page.keyboard.press("Control+k");
      await page.keyboard.press("Control+a");
      await page.keyboard.type(words);
      await expect.poll(titles, { message: words }).toEqual(found);
      if (found.length === 0) await page.getByText("没有找到相关对话").waitFor();
    }
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("罗马");
    await page.getByRole("navigation", { name: "搜索结果" }).getByRole("link", { name: "旅行" }).click();
    await lastReply(page).waitFor();
    await composer(page).waitFor();
  });

  it("shows snippets, goes to the message on its branch and marks the words, archived ones on request", async () => {
    const { page, post } = await openChat();
    const turns = Array.from({ length: 120 }, (_, turn) => [
      storedMessage(`q${turn}`, turn === 0 ? null : `r${turn - 1}`, `问题 ${turn}`),
      storedMessage(
        `r${turn}`,
        `q${turn}`,
        turn === 3 ? "西湖的😀断桥在北面。" : `回答 ${turn}。`.repeat(20),
      ),
    ]).flat();
    await post("/conversation/import", { title: "杭州", messages: turns });
    const { id: archived = "" } = await post("/conversation/import", {
      title: "旧行程",
      messages: [
        storedMessage("q", null, "去哪里"),
        storedMessage("r1", "q", "去断桥，第一种。"),
        storedMessage("r2", "q", "去孤山，第二种。"),
      ],
    });
    await post("/conversation/update", { id: archived, archived: true });
    await page.goto("about:blank");
    await page.goto("/#/");
    await page.getByRole("navigation", { name: "对话" }).getByRole("link", { name: "杭州" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("断桥");
    const results = page.getByRole("navigation", { name: "搜索结果" });
    await results.getByRole("link", { name: /西湖的😀断桥在北面/ }).waitFor();
    expect(await results.locator("mark").allInnerTexts()).toEqual(["断桥"]);
    expect(await results.getByText("旧行程").count()).toBe(0);

    // Down to the conversation, then to its match.
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    const found = page.locator("article[data-found]");
    await found.getByText("西湖的😀断桥在北面").waitFor();
    await expect.poll(() => marked(page)).toEqual(["断桥"]);
    const inView = () =>
      found.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      });
    await expect.poll(inView).toBe(true);

    await page.getByLabel("包括已归档的对话").check();
    await results.getByText("已归档", { exact: true }).waitFor();
    await results.getByRole("link", { name: /第一种/ }).click();
    await page.locator("article[data-found]").getByText("去断桥，第一种").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.press("Escape");
    await page.getByRole("navigation", { name: "对话" }).waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("");
  });

  it("marks the words also when the message is rendered anew", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { page, post } = await openChat({
      prepare: (page) =>
        page.route(/\/assets\/markdown-[^/]+\.js$/, async (route) => {
          await released;
          await route.continue();
        }),
    });
    const { id = "" } = await post("/conversation/import", {
      title: "杭州",
      messages: [storedMessage("q", null, "在哪里？"), storedMessage("r", "q", "西湖的**断桥**在北面。")],
    });
    await page.goto("about:blank");
    await page.goto(`/#/c/${id}`);
    await lastReply(page).getByText("西湖的**断桥**").waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("断桥");
    const results = page.getByRole("navigation", { name: "搜索结果" });
    await results.getByRole("link", { name: /西湖的/ }).click();
    await page.locator("article[data-found]").waitFor();
    await expect.poll(() => marked(page)).toEqual(["断桥"]);
    release();
    await lastReply(page).locator("strong", { hasText: "断桥" }).waitFor();
    await expect.poll(() => marked(page)).toEqual(["断桥"]);
  });
});
