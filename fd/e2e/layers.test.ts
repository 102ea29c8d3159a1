// Layers on a phone (drawer, menu, dialog, lightbox): Back closes the top one; and leaving the settings.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { lastReply, openChat } from "./browser";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const drawer = (page: Page) => page.getByRole("navigation", { name: "对话" });
const openDrawer = async (page: Page) => {
  await page.getByRole("button", { name: "打开侧边栏" }).click();
  await drawer(page).waitFor();
  await entered(page, 1);
};
/** Resolves when the layers have their history entries. */
const entered = (page: Page, depth: number) =>
  expect.poll(() => page.evaluate(() => history.state?.layers ?? 0)).toBe(depth);

async function sendByButton(page: Page, text: string): Promise<void> {
  await page.locator("form textarea").last().fill(text);
  await page.getByRole("button", { name: "发送" }).click();
}

describe("Back on a phone", () => {
  it("closes the lightbox, and the conversation stays", async () => {
    const { page } = await openChat(PHONE);
    await page
      .locator("input[type=file]")
      .setInputFiles(fileURLToPath(new URL("picture.png", import.meta.url)));
    await sendByButton(page, "看图");
    await lastReply(page).waitFor();
    const address = page.url();
    await page.getByRole("button", { name: "放大图片" }).click();
    await page.getByRole("dialog", { name: "图片" }).waitFor();
    await entered(page, 1);
    await page.goBack();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(page.url()).toBe(address);
    await lastReply(page).waitFor();
  });

  it("closes the drawer, then a menu before the drawer, then a dialog", async () => {
    const { page } = await openChat(PHONE);
    const address = page.url();
    await openDrawer(page);
    await page.goBack();
    await drawer(page).waitFor({ state: "detached" });

    await openDrawer(page);
    await page.getByRole("button", { name: /测试/ }).click();
    await page.getByRole("menuitem", { name: "设置" }).waitFor();
    await entered(page, 2);
    await page.goBack();
    await page.getByRole("menuitem", { name: "设置" }).waitFor({ state: "detached" });
    await drawer(page).waitFor();

    await page.getByRole("button", { name: /测试/ }).click();
    await page.getByRole("menuitem", { name: "键盘快捷键" }).click();
    await page.getByRole("dialog", { name: "键盘快捷键" }).waitFor();
    await drawer(page).waitFor({ state: "detached" });
    await entered(page, 1);
    await page.goBack();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(page.url()).toBe(address);
  });

  it("needs one press for each page, also after layers that were closed otherwise", async () => {
    const { page } = await openChat(PHONE);
    await page.goto("/#/settings");
    await page.getByRole("heading", { name: "设置" }).waitFor();
    await openDrawer(page);
    await page.keyboard.press("Escape");
    await entered(page, 0);
    await openDrawer(page);
    await drawer(page).getByText("还没有对话").waitFor();
    await page.getByRole("link", { name: "新对话" }).first().click();
    await page.locator("form textarea").waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "设置" }).waitFor();
    await entered(page, 0);
    await page.goBack();
    await page.locator("form textarea").waitFor();
  });
});

describe("the lightbox", () => {
  it.each(["light", "dark"] as const)(
    "has a backdrop that covers the page in the %s theme",
    async (colorScheme) => {
      const { page } = await openChat({ ...PHONE, colorScheme });
      await page
        .locator("input[type=file]")
        .setInputFiles(fileURLToPath(new URL("picture.png", import.meta.url)));
      await sendByButton(page, "看图");
      await page.getByRole("button", { name: "放大图片" }).click();
      await page.getByRole("dialog", { name: "图片" }).waitFor();
      // The brightness of a corner, where the picture is not, as it is shown.
      const brightness = async () => {
        const corner = await page.screenshot({ clip: { x: 2, y: 840, width: 1, height: 1 }, scale: "css" });
        return page.evaluate(
          async (bytes) => {
            const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
            const context = new OffscreenCanvas(1, 1).getContext("2d") as OffscreenCanvasRenderingContext2D;
            context.drawImage(bitmap, 0, 0);
            return Math.max(...context.getImageData(0, 0, 1, 1).data.slice(0, 3));
          },
          [...corner],
        );
      };
      await expect.poll(brightness).toBeLessThan(80);
    },
  );
});

describe("the drawer", () => {
  it("closes on every choice, also of the page that is shown", async () => {
    const { page } = await openChat(PHONE);
    for (let tap = 0; tap < 2; tap += 1) {
      await openDrawer(page);
      await page.getByRole("link", { name: "新对话" }).first().click();
      await drawer(page).waitFor({ state: "detached" });
    }
    await sendByButton(page, "你好");
    await lastReply(page).waitFor();
    await openDrawer(page);
    await drawer(page).getByRole("link").first().click();
    await drawer(page).waitFor({ state: "detached" });
  });
});

describe("the header on a phone", () => {
  it("keeps the size of its buttons beside a long title", async () => {
    const { page } = await openChat(PHONE);
    await sendByButton(page, "你好");
    await lastReply(page).waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.type("一个非常长的标题，".repeat(12));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /一个非常长的标题/ }).waitFor();
    const targets = page.locator("header").locator("a, button");
    for (const target of await targets.all()) {
      const box = await target.boundingBox();
      const name = await target.evaluate((element) => element.getAttribute("aria-label"));
      expect(box?.width, name ?? "").toBeGreaterThanOrEqual(24);
      expect(box?.height, name ?? "").toBeGreaterThanOrEqual(24);
      expect((box?.x ?? 0) + (box?.width ?? 0), name ?? "").toBeLessThanOrEqual(390);
    }
  });
});

describe("the settings", () => {
  it("are left to the chat that was open, and have the transport under “Advanced”", async () => {
    const { page } = await openChat(PHONE);
    await sendByButton(page, "你好");
    await lastReply(page).waitFor();
    await expect.poll(() => page.url()).toContain("#/c/");
    const address = page.url();
    await openDrawer(page);
    await page.getByRole("button", { name: /测试/ }).click();
    await page.getByRole("menuitem", { name: "设置" }).click();
    await page.getByRole("heading", { name: "设置" }).waitFor();
    expect(await page.getByRole("radio", { name: "WebSocket" }).isVisible()).toBe(false);
    await page.getByLabel("自定义指令").waitFor();
    await page.getByText("高级", { exact: true }).click();
    await page.getByRole("radio", { name: "WebSocket" }).waitFor();
    await page.getByRole("link", { name: "离开设置" }).click();
    await lastReply(page).waitFor();
    expect(page.url()).toBe(address);
  });
});

describe("the days of the list", () => {
  it("turn at midnight while the page is open", async () => {
    // It is about noon there, so that no midnight comes before that of the clock. POSIX: the sign is that of the west.
    const hours = new Date().getUTCHours() - 12;
    const timezoneId = `Etc/GMT${hours < 0 ? hours : `+${hours}`}`;
    const { page } = await openChat({ timezoneId, prepare: (page) => page.clock.install() });
    await page.locator("form textarea").fill("你好");
    await page.keyboard.press("Enter");
    await lastReply(page).waitFor();
    await drawer(page).getByRole("heading", { name: "今天" }).waitFor();
    await page.clock.fastForward("24:00:00");
    await drawer(page).getByRole("heading", { name: "昨天" }).waitFor();
    expect(await drawer(page).getByRole("heading", { name: "今天" }).count()).toBe(0);
  });
});
