// Markdown that only a browser can judge: the clipboard, images of other servers, text direction, wide formulas.
import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ask, composer, lastReply, openChat, openGate, replies, scriptReply, send } from "./browser";

interface CopyCase {
  id: string;
  text: string;
  right: { copied?: string[] };
}

const { cases } = JSON.parse(readFileSync("../tests/cases/markdown.json", "utf8")) as { cases: CopyCase[] };

async function receive(text: string, viewport = { width: 1280, height: 800 }) {
  const { page } = await openChat({ viewport });
  await scriptReply([{ delta: text }]);
  await send(page, "?");
  const reply = lastReply(page);
  await reply.locator(".prose").waitFor();
  return { page, reply };
}

describe("a copied reply", () => {
  it.each(cases.filter(({ right }) => right.copied))(
    "has each formula once, as TeX ($id)",
    async (testCase) => {
      const { page, reply } = await receive(testCase.text);
      await reply.locator(".katex math").first().waitFor({ state: "attached" });
      // The composer has the focus, and its selection would be copied.
      await reply.locator(".prose").click();
      await reply.locator(".prose").evaluate((prose) => document.getSelection()?.selectAllChildren(prose));
      await page.keyboard.press("Control+C");
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      for (const part of testCase.right.copied ?? []) expect(copied.split(part)).toHaveLength(2);
    },
  );
});

it("loads an image of another server when the reader clicks it", async () => {
  const { page, reply } = await receive("![a cat](https://img.example/cat.png)");
  const requests: string[] = [];
  await page.route("https://img.example/**", (route) => {
    requests.push(route.request().url());
    return route.fulfill({ path: "e2e/picture.png" });
  });
  await reply.getByRole("link", { name: "a cat" }).click();
  const width = () =>
    reply.getByRole("img", { name: "a cat" }).evaluate((image: HTMLImageElement) => image.naturalWidth);
  await expect.poll(width).toBeGreaterThan(0);
  expect(requests).toEqual(["https://img.example/cat.png"]);
});

it("writes each block in the direction of its first letter", async () => {
  const { reply } = await receive("القائمة:\n\n- تفاح\n- خبز\n\nHello سلام\n\n> `npm` تشغيل");
  const direction = (selector: string) =>
    reply
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).direction);
  expect(await Promise.all(["p", "ul", "li", "p >> nth=1", "blockquote", "code"].map(direction))).toEqual([
    "rtl",
    "rtl",
    "rtl",
    "ltr",
    "rtl",
    "ltr",
  ]);
});

it("scrolls a formula that is wider than a phone", async () => {
  const tex = `\\underbrace{${"a+".repeat(60)}b}_{n}`;
  const { reply } = await receive(`So $${tex}$ it is.`, { width: 360, height: 740 });
  await reply.locator(".katex").first().waitFor();
  const line = reply.locator(".formula-line");
  await expect.poll(() => line.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  const end = () =>
    line.evaluate((element) => {
      element.scrollLeft = 10_000;
      return element.scrollLeft;
    });
  expect(await end()).toBeGreaterThan(0);
});

it("writes questions, titles and the composer in the direction of their first letter", async () => {
  const { page } = await openChat();
  await composer(page).fill("ما هذا؟");
  const direction = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).direction);
  expect(await direction(composer(page))).toBe("rtl");
  await ask(page, "ما هذا؟", [{ delta: "English." }]);
  const question = page.locator("article[data-role=user]");
  expect(await direction(question.getByText("ما هذا؟"))).toBe("rtl");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.type("عنوان");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "عنوان" }).waitFor();
  expect(await direction(page.getByRole("heading", { level: 1 }).getByText("عنوان"))).toBe("rtl");
  const row = page.getByRole("navigation", { name: "对话" }).getByText("عنوان");
  expect(await direction(row)).toBe("rtl");
  await composer(page).fill("What?");
  expect(await direction(composer(page))).toBe("ltr");
});

it("sets bold text that ends in full-width punctuation, on a narrow phone", async () => {
  const { reply } = await receive("**重点：**后面", { width: 360, height: 740 });
  await expect.poll(() => reply.locator("strong").innerText()).toBe("重点：");
  expect(await reply.innerText()).not.toContain("*");
});

it("never flashes a heading before a list, however its text arrives", async () => {
  const { page } = await openChat();
  await page.evaluate(() => {
    const seen = () => {
      const headings = document.querySelectorAll(".prose :is(h2, h3, h4, h5, h6)");
      if (headings.length > 0) document.body.dataset.flashed = headings[0]?.outerHTML ?? "";
    };
    new MutationObserver(seen).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  const deltas = ["需要准备的东西如下", "：\n", "-", " 鸡蛋\n", "-", "- 面粉\n", "=", " 5\n"];
  const steps = deltas.flatMap((delta, index) => [{ delta }, { gate: `shown-${index}` }]);
  await scriptReply(steps);
  await send(page, "?");
  let text = "";
  for (const [index, delta] of deltas.entries()) {
    text += delta.trim();
    await expect
      .poll(async () => (await replies(page).last().innerText()).replaceAll(/[\s•-]/g, ""))
      .toContain(text.replaceAll(/[\s-]/g, ""));
    await openGate(`shown-${index}`);
  }
  await lastReply(page).locator("li", { hasText: "鸡蛋" }).waitFor();
  expect(await page.locator("body").getAttribute("data-flashed")).toBeNull();
});
