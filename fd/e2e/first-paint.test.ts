// The first-paint composer, which is shown before the application is loaded.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, openPage, replies, scriptReply, send, stack } from "./browser";

const firstPaint = (page: Page) => page.locator("#first-paint textarea");
const field = (page: Page) => page.locator("#root form textarea");

/** Delays the application's scripts until the returned function is called. */
async function holdApplication(page: Page): Promise<() => void> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/assets/index-*.js", async (route) => {
    await released;
    await route.continue();
  });
  return () => release();
}

/** A page of a new account on which only the first-paint script has run. */
async function earlyPage(path = "/", prepare?: (page: Page) => Promise<string>) {
  const { page } = await openChat();
  const address = (await prepare?.(page)) ?? path;
  await page.waitForLoadState("networkidle");
  const release = await holdApplication(page);
  // A change of the fragment alone would not reload the page.
  await page.goto("about:blank");
  await page.goto(address, { waitUntil: "commit" });
  return { page, release };
}

const selection = (page: Page) =>
  field(page).evaluate((element) => {
    const { selectionStart, selectionEnd } = element as HTMLTextAreaElement;
    return [document.activeElement === element, selectionStart, selectionEnd];
  });

describe("before the application is loaded", () => {
  it.each([
    ["a wide page", { width: 1280, height: 800 }],
    ["a phone", { width: 390, height: 780 }],
  ])("one writes, and goes on where one was (%s)", async (_name, size) => {
    const { page, release } = await earlyPage();
    await page.setViewportSize(size);
    await firstPaint(page).pressSequentially("你好，世界");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    const box = await firstPaint(page).boundingBox();
    const welcome = await page.getByRole("heading", { level: 1 }).boundingBox();
    release();
    await field(page).waitFor();
    expect(await firstPaint(page).count()).toBe(0);
    expect(await field(page).inputValue()).toBe("你好，世界");
    expect(await selection(page)).toEqual([true, 3, 4]);
    expect(await field(page).boundingBox()).toEqual(box);
    expect(await page.getByRole("heading", { level: 1 }).boundingBox()).toEqual(welcome);
  });

  it("no letter is lost that is typed while the application takes over", async () => {
    const { page, release } = await earlyPage();
    const text = Array.from({ length: 120 }, (_, index) => `${index} `).join("");
    await firstPaint(page).focus();
    const typing = page.keyboard.type(text, { delay: 4 });
    release();
    await typing;
    await field(page).waitFor();
    expect(await field(page).inputValue()).toBe(text);
  });

  it("a message can be sent, which the application sends when it is loaded", async () => {
    const { page, release } = await earlyPage();
    await page.route("**/conversation/generate_title", (route) => route.abort());
    await scriptReply([{ delta: "来了" }]);
    await firstPaint(page).pressSequentially("在吗");
    await page.keyboard.press("Enter");
    release();
    await lastReply(page).waitFor();
    expect(await page.locator("article[data-role=user]").innerText()).toContain("在吗");
    expect(await lastReply(page).innerText()).toContain("来了");
    expect(await composer(page).inputValue()).toBe("");
  });

  it("a message that was sent is a draft again when the page is reloaded before its turn starts", async () => {
    const { page, release } = await earlyPage();
    const requested = new Promise<void>((resolve) => {
      void page.route("**/conversation/create", () => resolve());
    });
    await firstPaint(page).pressSequentially("在吗");
    await page.keyboard.press("Enter");
    release();
    await requested;
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("在吗");
    expect(await replies(page).count()).toBe(0);
  });

  it("a word in an input method is completed before the takeover", async () => {
    const { page, release } = await earlyPage();
    const devtools = await page.context().newCDPSession(page);
    await firstPaint(page).focus();
    await devtools.send("Input.imeSetComposition", { text: "ni", selectionStart: 2, selectionEnd: 2 });
    const loaded = page.waitForResponse("**/assets/shell-*.js");
    release();
    await loaded;
    await page.waitForLoadState("networkidle");
    expect(await firstPaint(page).inputValue()).toBe("ni");
    await devtools.send("Input.insertText", { text: "你" });
    await field(page).waitFor();
    expect(await field(page).inputValue()).toBe("你");
    expect(await replies(page).count()).toBe(0);
  });

  it("a text is written for the opened conversation, and kept as its draft if the application never loads", async () => {
    const { page, release } = await earlyPage("", async (opened) => {
      await opened.route("**/conversation/generate_title", (route) => route.abort());
      await scriptReply([{ delta: "第一" }]);
      await send(opened, "一");
      await lastReply(opened).waitFor();
      return new URL(opened.url()).pathname + new URL(opened.url()).hash;
    });
    await firstPaint(page).pressSequentially("二");
    const box = await firstPaint(page).boundingBox();
    await page.reload({ waitUntil: "commit" });
    await firstPaint(page).waitFor();
    expect(await firstPaint(page).inputValue()).toBe("二");
    release();
    await lastReply(page).waitFor();
    expect(await field(page).inputValue()).toBe("二");
    expect(await field(page).boundingBox()).toEqual(box);
  });

  it("the page has its language and theme, and a composer only on chat pages", async () => {
    const { page, release } = await earlyPage("/#/settings", async (opened) => {
      await opened.evaluate(() => {
        const { state, version } = JSON.parse(localStorage.getItem("preferences") ?? "{}");
        localStorage.setItem("preferences", JSON.stringify({ state: { ...state, theme: "dark" }, version }));
        localStorage.setItem("language", "en");
      });
      return "/#/settings";
    });
    await page.locator("html[data-theme=dark]").waitFor({ state: "attached" });
    /** The colour of the browser's bar. */
    const bar = () =>
      page.evaluate(() =>
        [...document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")]
          .filter(({ media }) => matchMedia(media).matches)
          .map(({ content }) => content),
      );
    expect(await bar()).toEqual(["#1d1d1c"]);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("en");
    expect(await firstPaint(page).count()).toBe(0);

    await page.goto("about:blank");
    await page.goto("/", { waitUntil: "commit" });
    await firstPaint(page).waitFor();
    expect(await firstPaint(page).getAttribute("placeholder")).toBe("Message");
    // Not on other pages.
    await page.evaluate(() => {
      location.hash = "#/settings";
    });
    await expect.poll(() => firstPaint(page).count()).toBe(0);
    release();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    expect(await bar()).toEqual(["#1d1d1c"]);
    await page.getByRole("radio", { name: "System" }).check();
    await expect.poll(bar).toEqual(["#ffffff"]);
    await page.getByRole("radio", { name: "Dark" }).check();
    await expect.poll(bar).toEqual(["#1d1d1c"]);
  });

  it("an image that is pasted is attached once the application is loaded, and cells of a spreadsheet are text", async () => {
    const { page, release } = await earlyPage();
    await firstPaint(page).focus();
    const paste = (text: string) =>
      page.evaluate(async (plain) => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 40;
        const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
        const data = new DataTransfer();
        if (plain) data.setData("text/plain", plain);
        if (blob) data.items.add(new File([blob], "pasted.png", { type: "image/png" }));
        const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
        return document.activeElement?.dispatchEvent(event);
      }, text);
    expect(await paste("A\tB"), "the browser inserts the text").toBe(true);
    expect(await paste("")).toBe(false);
    const preview = page.locator("#first-paint img");
    const box = await preview.boundingBox();
    expect(await preview.getAttribute("alt")).toBe("pasted.png");
    release();
    await page.getByRole("button", { name: "移除 pasted.png" }).waitFor();
    await expect.poll(() => page.locator("#root form li img").count()).toBe(1);
    expect(await page.locator("#root form li img").boundingBox()).toEqual(box);
  });

  it("the development server shows the composer, too", async () => {
    const { page } = await openChat({ baseURL: stack().developmentUrl });
    await page.waitForLoadState("networkidle");
    await page.route("**/src/main.tsx*", () => undefined);
    await page.goto("about:blank");
    await page.goto("/", { waitUntil: "commit" });
    await firstPaint(page).pressSequentially("你好");
    expect(await firstPaint(page).inputValue()).toBe("你好");
  });

  it("there is no composer without a login", async () => {
    const page = await openPage();
    const release = await holdApplication(page);
    await page.goto("/", { waitUntil: "commit" });
    await page.locator("html[lang=zh-CN] > body").waitFor({ state: "attached" });
    release();
    await page.locator("input[type=email]").waitFor();
    expect(await firstPaint(page).count()).toBe(0);
  });
});
