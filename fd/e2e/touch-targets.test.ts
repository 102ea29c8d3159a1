import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, openPage, scriptReply } from "./browser";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const picture = fileURLToPath(new URL("picture.png", import.meta.url));

/** Visible buttons that are smaller than 44 × 44 px. Helpers of the focus, which nobody sees, are none. */
function smallButtons(page: Page): Promise<string[]> {
  return page
    .locator("button, [role=button], [role=menuitem], [role=menuitemradio], select, summary, a[aria-label]")
    .evaluateAll((elements) =>
      elements
        .filter((element) => element.checkVisibility() && !element.closest("[aria-hidden=true], .sr-only"))
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width < 44 || box.height < 44)
        .map(
          ({ element, box }) =>
            `${element.getAttribute("aria-label") ?? element.textContent}: ${box.width} × ${box.height}`,
        ),
    );
}

/** Whether the page is larger than the screen: only parts of it scroll. */
const overflows = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return scrollWidth > clientWidth || scrollHeight > clientHeight;
  });

async function check(page: Page): Promise<void> {
  expect(await smallButtons(page)).toEqual([]);
  expect(await overflows(page)).toBe(false);
}

describe("every button on a phone is large enough for a finger", () => {
  it("on the pages for visitors", async () => {
    const page = await openPage(PHONE);
    await page.goto("/");
    await page.locator("input[type=email]").waitFor();
    await check(page);
    await page.goto("/#/register");
    await page.locator("input[autocomplete=nickname]").waitFor();
    await check(page);
  });

  it("in a conversation, its menus and the sidebar", async () => {
    const { page } = await openChat(PHONE);
    await page.locator("input[type=file]").setInputFiles(picture);
    await check(page);
    await scriptReply([{ delta: "代码：\n\n```js\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |" }]);
    await composer(page).fill("看看");
    await page.getByRole("button", { name: "发送", exact: true }).tap();
    await lastReply(page).waitFor();
    await page.locator("figure").first().waitFor();
    await check(page);
    for (const trigger of await page.locator("[aria-haspopup=menu]:visible").all()) {
      await trigger.tap();
      await page.getByRole("menu").waitFor();
      await check(page);
      await page.keyboard.press("Escape");
      await page.getByRole("menu").waitFor({ state: "detached" });
    }
    await page.getByRole("button", { name: "编辑消息" }).tap();
    await check(page);
    await page.getByRole("button", { name: "取消" }).tap();
    await page.getByRole("button", { name: "打开侧边栏" }).tap();
    await page.getByRole("navigation", { name: "对话" }).waitFor();
    await check(page);
  });

  it("in the settings and their dialogs", async () => {
    const { page } = await openChat(PHONE);
    for (const [address, text] of [
      ["/#/settings", "自定义指令"],
      ["/#/settings/account", "本设备"],
      ["/#/settings/models", "还没有添加模型"],
    ] as const) {
      await page.goto(address);
      await page.getByText(text).first().waitFor();
      await page.locator("main .animate-pulse").first().waitFor({ state: "detached" });
      await check(page);
    }
    await page.getByRole("button", { name: "添加模型" }).tap();
    await page.getByRole("dialog").waitFor();
    await check(page);
  });
});

describe("a phone on its side", () => {
  const NOTCH = 50;

  async function expectInside(part: Locator): Promise<void> {
    const box = await part.boundingBox();
    const width = part.page().viewportSize()?.width ?? 0;
    expect(box?.x).toBeGreaterThanOrEqual(NOTCH);
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width - NOTCH);
  }

  it("has nothing under its notch, on either side", async () => {
    const { page } = await openChat({ ...PHONE, viewport: { width: 844, height: 390 } });
    const devtools = await page.context().newCDPSession(page);
    const insets = { left: NOTCH, right: NOTCH };
    await devtools.send("Emulation.setSafeAreaInsetsOverride", { insets });
    await expectInside(page.getByRole("complementary"));
    await expectInside(composer(page));
    await expectInside(page.getByRole("button", { name: "发送", exact: true }));

    await page.setViewportSize({ width: 600, height: 360 });
    await page.getByRole("button", { name: "打开侧边栏" }).tap();
    await expectInside(page.getByRole("complementary").getByRole("link").first());
    await page.goto("/#/settings/prompts");
    await page.getByRole("button", { name: "新建提示词" }).tap();
    await expectInside(page.getByRole("dialog"));

    await page.route("**/assets/index-*.js", () => undefined);
    await page.goto("about:blank");
    await page.goto("/", { waitUntil: "commit" });
    await page.locator("#first-paint").waitFor();
    await expectInside(page.locator("#first-paint textarea"));
  });
});
