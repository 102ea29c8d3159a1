import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import { openChat, openPage, stack } from "./browser";

/** Logs in and consents on the pages of the certified provider, where needed. */
async function signInAtProvider(page: Page, login: string): Promise<void> {
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

const uniqueAddress = () => `signed-in-${crypto.randomUUID().slice(0, 8)}@example.com`;

describe("signing in with a provider", () => {
  // The provider sends browsers back to the site's address, which is the development server's.
  it("creates an account from the log-in page, which its settings list", async () => {
    const page = await openPage({ baseURL: stack().developmentUrl });
    await page.goto("/#/login");
    const button = page.getByRole("button", { name: "使用 Example ID 继续" });
    await button.waitFor();
    expect(await violations(page)).toEqual([]);
    await button.click();
    const email = uniqueAddress();
    await signInAtProvider(page, email);
    await page.getByText("还没有对话").waitFor();

    await page.goto("/#/settings/account");
    const signIns = page.getByRole("region", { name: "第三方登录" });
    await signIns.getByText(email).waitFor();
    expect(await violations(page)).toEqual([]);
    await signIns.getByRole("button", { name: "移除: Example ID" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "移除" }).click();
    await signIns.getByText("这是你唯一的登录方式").waitFor();
  });

  it("moves no field of the log-in page when the providers are known", async () => {
    const page = await openPage();
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route(/\/user\/(oidc|options)$/, async (route) => {
      await answered;
      await route.continue();
    });
    await page.goto("/#/login");
    const field = page.locator("input[type=email]");
    await field.waitFor();
    const before = await field.boundingBox();
    answer();
    await page.getByRole("button", { name: "使用 Example ID 继续" }).waitFor();
    await page.getByRole("link", { name: "忘记密码？" }).waitFor();
    expect(await field.boundingBox()).toEqual(before);
  });

  it("connects the account that has the address, after its password", async () => {
    const { email, password, page: member } = await openChat();
    await member.close();
    const page = await openPage({ baseURL: stack().developmentUrl });
    await page.goto("/#/login");
    await page.getByRole("button", { name: "使用 Example ID 继续" }).click();
    await signInAtProvider(page, email);
    await page.getByRole("heading", { name: "你已有账号" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.locator("input[autocomplete=current-password]").fill(password);
    await page.keyboard.press("Enter");
    await page.getByText("还没有对话").waitFor();
  });

  it("says so when the provider refused", async () => {
    const page = await openPage({ baseURL: stack().developmentUrl });
    await page.goto("/#/login");
    await page.getByRole("button", { name: "使用 Example ID 继续" }).click();
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByText("登录已取消，或被登录提供方拒绝。").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("link", { name: "返回" }).click();
    await page.getByRole("button", { name: "使用 Example ID 继续" }).waitFor();
  });
});
