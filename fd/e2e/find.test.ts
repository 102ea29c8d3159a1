import { describe, expect, it } from "vitest";
import { composer, openChat, type openPage } from "./browser";
import { importLongConversation, questionText } from "./long-conversation";

type Page = Awaited<ReturnType<typeof openPage>>;

const bar = (page: Page) => page.getByRole("search", { name: "在对话中查找" });
const position = (page: Page) => bar(page).getByRole("status");

/** The texts of the browser's highlight with this name that are on the screen. */
function marked(page: Page, name: string): Promise<string[]> {
  return page.evaluate(
    (highlight) =>
      [...(CSS.highlights.get(highlight) ?? [])]
        .filter((range): range is Range => range instanceof Range)
        .filter((range) => {
          const { top, bottom } = range.getBoundingClientRect();
          return top >= 0 && bottom <= window.innerHeight && top < bottom;
        })
        .map(String),
    name,
  );
}

async function openLongConversation(count: number): Promise<Page> {
  const account = await openChat();
  const { page } = account;
  const id = await importLongConversation(account, { title: "很长", count, versionAt: 3 });
  await page.goto(`/#/c/${id}`);
  await page.getByText(questionText(count - 2)).waitFor();
  return page;
}

describe("finding in a conversation", () => {
  it("counts, marks and goes through all messages, loaded or not", async () => {
    const page = await openLongConversation(400);
    await page.keyboard.press("Control+Shift+F");
    await bar(page).getByRole("searchbox").waitFor();
    // In one message, which is far from the loaded end.
    await page.keyboard.type("问题 42：");
    await expect.poll(() => position(page).innerText()).toContain("1 / 1");
    await expect.poll(() => marked(page, "find-current")).toEqual(["问题 42："]);

    // In each of 200 questions, in any case; after the last one comes the first.
    await page.keyboard.press("Control+A");
    await page.keyboard.type("问题");
    await expect.poll(() => position(page).innerText()).toContain("/ 200");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("问题 1");
    const total = Array.from({ length: 200 }, (_, index) => `${2 * index}`).filter((at) =>
      at.startsWith("1"),
    ).length;
    await expect.poll(() => position(page).innerText()).toContain(`/ ${total}`);
    const shown = await position(page).innerText();
    await page.keyboard.press("Enter");
    await expect.poll(() => position(page).innerText()).not.toBe(shown);
    await expect.poll(() => marked(page, "find-current")).toEqual(["问题 1"]);
    await page.keyboard.press("Shift+Enter");
    await expect.poll(() => position(page).innerText()).toBe(shown);

    await page.keyboard.type(" 找不到的");
    await expect.poll(() => position(page).innerText()).toBe("没有找到");
    await page.keyboard.press("Escape");
    await bar(page).waitFor({ state: "detached" });
    expect(await page.evaluate(() => CSS.highlights.size)).toBe(0);
    await composer(page).waitFor();
  });

  it("finds words across the elements of a reply", async () => {
    const page = await openLongConversation(10);
    await page.keyboard.press("Control+Shift+F");
    await bar(page).getByRole("searchbox").fill("选择基准");
    await expect.poll(() => position(page).innerText()).toMatch(/^1 \/ \d/);
    await expect.poll(() => marked(page, "find-current")).toEqual(["选择基准"]);
    await page.keyboard.press("Escape");
    await bar(page).waitFor({ state: "detached" });
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
  });
});
