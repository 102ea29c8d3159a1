// Markdown that only a browser can judge: the clipboard, images of other servers, text direction, wide formulas.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { holdTitles, lastReply, openPage, registerAccount, scriptReply, send } from "./browser";

interface CopyCase {
  id: string;
  text: string;
  right: { copied?: string[] };
}

const { cases } = JSON.parse(readFileSync("../tests/cases/markdown.json", "utf8")) as { cases: CopyCase[] };

async function receive(text: string, viewport = { width: 1280, height: 800 }) {
  const page = await openPage({ viewport });
  await registerAccount(page);
  await holdTitles(page);
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
