import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, openPage, registerAccount, scriptReply, send } from "./browser";

describe("the settings", () => {
  it("choose the key that sends", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings");
    await page.getByRole("radio", { name: /Enter 发送，Enter 换行/ }).check();
    await page.goto("/#/");
    await composer(page).fill("第一行");
    await composer(page).press("Enter");
    await composer(page).pressSequentially("第二行");
    await expect.poll(() => composer(page).inputValue()).toBe("第一行\n第二行");
    await composer(page).press("Control+Enter");
    await lastReply(page).waitFor();
    await expect.poll(() => page.locator("article[data-role=user]").innerText()).toContain("第一行\n第二行");
  });

  it("choose the language, which is the browser's by default", async () => {
    const page = await openPage({ locale: "en-GB" });
    await page.goto("/#/login");
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await registerAccount(page);
    await page.goto("/#/settings");
    // The choice takes effect when the texts are loaded, for which `check` would not wait.
    await page.getByRole("radio", { name: "简体中文" }).click();
    await page.getByRole("heading", { name: "设置", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-CN");
    await page.reload();
    await page.getByRole("heading", { name: "设置", level: 1 }).waitFor();
    await page.getByRole("radio", { name: "English" }).click();
    await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
  });

  it("choose the text size, of messages and code too, also before the application is loaded", async () => {
    const { page } = await openChat();
    await scriptReply([{ delta: "文字\n\n```\ncode\n```" }]);
    await send(page, "你好");
    await lastReply(page).locator("pre").waitFor();
    const conversation = page.url();
    const size = (selector: string) =>
      page
        .locator(selector)
        .last()
        .evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
    const shown = ["article p", "article pre", "form textarea"];
    const before = await Promise.all(shown.map(size));
    await page.goto("/#/settings");
    await page.getByRole("radio", { name: "特大" }).check();
    await page.route("**/assets/index-*.js", (route) => route.abort());
    await page.goto(conversation);
    await page.reload();
    await expect.poll(() => size("#first-paint textarea")).toBe((before[2] ?? 0) * 1.25);
    await page.unroute("**/assets/index-*.js");
    await page.reload();
    await lastReply(page).locator("pre").waitFor();
    expect(await Promise.all(shown.map(size))).toEqual(before.map((value) => value * 1.25));
  });

  it("choose the theme, for every tab, over a reload and against the system", async () => {
    const { page } = await openChat({ colorScheme: "light" });
    const other = await page.context().newPage();
    await other.goto("/");
    await composer(other).waitFor();
    const background = (tab: typeof page) =>
      tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background(page);
    await page.goto("/#/settings");
    await page.getByRole("radio", { name: "深色" }).check();
    await expect.poll(() => background(page)).not.toBe(light);
    const dark = await background(page);
    await expect.poll(() => background(other)).toBe(dark);
    await page.reload();
    await page.getByRole("radio", { name: "深色" }).waitFor();
    expect(await background(page)).toBe(dark);
    await page.getByRole("radio", { name: "跟随系统" }).check();
    await expect.poll(() => background(page)).toBe(light);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => background(page)).toBe(dark);
  });
});

describe("motion", () => {
  it.each(["no-preference", "reduce"] as const)(
    "is there unless it is not wanted (%s)",
    async (preference) => {
      const { page } = await openChat({ reducedMotion: preference });
      await scriptReply([{ gate: "never" }]);
      await send(page, "等一等");
      await page.getByRole("img", { name: "正在等待回复" }).waitFor();
      const moving = () =>
        page.evaluate(
          () => document.getAnimations().filter(({ playState }) => playState === "running").length > 0,
        );
      await expect.poll(moving).toBe(preference === "no-preference");
    },
  );
});
