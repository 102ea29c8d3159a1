// The page without a part of it: scripts that a deployment has removed, storage that is blocked or full.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  composer,
  expectComplaints,
  holdTitles,
  lastReply,
  logIn,
  openChat,
  openPage,
  scriptReply,
  send,
} from "./browser";

/** Logged by the browser and React for a script that is missing, and for a connection that a reload ends. */
const MISSING_SCRIPT = /dynamically imported module|Failed to fetch|preload|WebSocket/;

describe("a script that is missing", () => {
  it("takes down only the settings page, which can be requested again", async () => {
    expectComplaints(MISSING_SCRIPT);
    const { page } = await openChat();
    await composer(page).fill("A draft");
    const isSettings = /\/assets\/SettingsPage-[^/]+\.js$/;
    await page.route(isSettings, (route) => route.fulfill({ status: 404 }));
    await page.goto("/#/settings");
    await page.getByText("这部分页面加载失败").waitFor();
    expect(await page.getByRole("complementary").getByText("新对话").isVisible()).toBe(true);
    await page.goto("/#/");
    await expect.poll(() => composer(page).inputValue()).toBe("A draft");

    await page.goto("/#/settings");
    await page.getByText("这部分页面加载失败").waitFor();
    await page.unroute(isSettings);
    await page.getByRole("button", { name: "重试" }).click();
    await page.getByRole("heading", { name: "设置" }).waitFor();
  });

  it("reloads the page once when the site has another build", async () => {
    expectComplaints(MISSING_SCRIPT);
    const { page } = await openChat();
    await composer(page).fill("A draft");
    await page.waitForLoadState("networkidle");
    await page.route(/\/assets\/SettingsPage-[^/]+\.js$/, (route) => route.fulfill({ status: 404 }));
    let documents = 0;
    await page.route(/\/$/, async (route) => {
      documents += 1;
      // A deployment: the same application under another name.
      const response = await route.fetch();
      const body = (await response.text()).replace(/(<script[^>]*src="[^"]+\.js)"/g, '$1?next"');
      await route.fulfill({ response, body });
    });
    await page.goto("/#/settings");
    // The third request is the reloaded page's, which compares the builds, too.
    await expect.poll(() => documents).toBe(3);
    await page.getByText("这部分页面加载失败").waitFor();
    await page.goto("/#/");
    await expect.poll(() => composer(page).inputValue()).toBe("A draft");
    // One request to compare the builds, and one reload; the reloaded page compares once more.
    expect(documents).toBe(3);
  });

  it("leaves a reply as it was written", async () => {
    expectComplaints(MISSING_SCRIPT);
    const { page } = await openChat({
      prepare: (page) => page.route(/\/assets\/markdown-[^/]+\.js$/, (route) => route.abort()),
    });
    await scriptReply([{ delta: "Some **bold** words" }]);
    await send(page, "?");
    await lastReply(page).getByText("Some **bold** words").waitFor();
    await composer(page).fill("The field works");
  });

  it("leaves a diagram's source", async () => {
    expectComplaints(MISSING_SCRIPT);
    const { page } = await openChat({
      prepare: (page) => page.route(/\/assets\/Diagram-[^/]+\.js$/, (route) => route.abort()),
    });
    await scriptReply([{ delta: "Some **bold** words\n\n```mermaid\ngraph TD\n  A --> B\n```\n" }]);
    await send(page, "?");
    await lastReply(page).locator("strong", { hasText: "bold" }).waitFor();
    await lastReply(page).getByText("A --> B").waitFor();
  });
});

describe("the texts, when they are missing at the start", () => {
  const reload = (page: Page) => page.getByRole("alert").getByRole("button", { name: "刷新页面" });

  it("are requested once more", async () => {
    expectComplaints(MISSING_SCRIPT);
    const page = await openPage();
    await page.route(/\/assets\/authTexts-/, (route) => route.abort(), { times: 1 });
    await page.goto("/");
    await page.locator("input[type=email]").waitFor();
  });

  it("leave a page that can be reloaded", async () => {
    expectComplaints(MISSING_SCRIPT);
    const page = await openPage();
    await page.route(/\/assets\/authTexts-/, (route) => route.abort());
    await page.goto("/");
    await reload(page).waitFor();
    await page.unrouteAll();
    await reload(page).click();
    await page.locator("input[type=email]").waitFor();
  });

  it("leave the composer, in which one can write on after the send key", async () => {
    expectComplaints(MISSING_SCRIPT);
    const { page } = await openChat();
    await page.waitForLoadState("networkidle");
    let fail = (): void => undefined;
    const failing = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const isTexts = /\/assets\/texts-/;
    await page.route(isTexts, async (route) => {
      await failing;
      await route.abort();
    });
    await page.goto("about:blank");
    await page.goto("/", { waitUntil: "commit" });
    const field = page.locator("#first-paint textarea");
    await field.pressSequentially("在吗");
    await page.keyboard.press("Enter");
    expect(await field.isEditable()).toBe(false);
    fail();
    await reload(page).waitFor();
    await field.pressSequentially("？");
    await page.keyboard.press("Enter");
    await field.pressSequentially("好");
    expect(await field.inputValue()).toBe("在吗？\n好");
    await page.unroute(isTexts);
    await reload(page).click();
    await page.locator("#root form textarea").waitFor();
    expect(await composer(page).inputValue()).toBe("在吗？\n好");
  });
});

describe("storage", () => {
  it.each([
    [
      "blocked",
      () =>
        Object.defineProperty(window, "localStorage", {
          get() {
            throw new DOMException("denied", "SecurityError");
          },
        }),
    ],
    [
      "full",
      () => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
      },
    ],
  ] as const)("that is %s: the page works while it is open, and says so", async (_state, refuse) => {
    const account = await openChat();
    const page = await openPage();
    await page.addInitScript(refuse);
    await page.goto("/");
    await logIn(page, account.email, account.password);
    await page.getByText("浏览器无法为本站存储数据").waitFor();
    await holdTitles(page);
    await scriptReply([{ delta: "Hello" }]);
    await send(page, "?");
    await lastReply(page).getByText("Hello").waitFor();
    await page.goto("/#/settings");
    await page.getByRole("heading", { name: "设置" }).waitFor();
    await page.goto("/#/");
    await composer(page).waitFor();
  });
});
