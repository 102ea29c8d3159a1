import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import { openChat } from "./browser";

/** An authenticator in Chromium that verifies its user and holds passkeys (Chrome DevTools Protocol). */
async function addAuthenticator(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** Whether the user passes the check that the authenticator makes, such as of a fingerprint. */
    setVerified: (isUserVerified: boolean) =>
      devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

/** A user's page with the account settings and an authenticator, whose passkey is added. */
async function openWithPasskey() {
  const { page, email, password } = await openChat();
  const authenticator = await addAuthenticator(page);
  await page.goto("/#/settings/account");
  await page.getByRole("button", { name: "添加通行密钥" }).click();
  const adding = page.getByRole("dialog", { name: "添加通行密钥" });
  await adding.getByLabel("名称").fill("Laptop");
  await adding.getByRole("button", { name: "创建通行密钥" }).click();
  const codes = page.getByRole("dialog", { name: "恢复码" });
  await codes.getByRole("button", { name: "我已保存" }).click();
  const section = page.getByRole("region", { name: "通行密钥" });
  await section.getByText("Laptop").waitFor();
  return { page, email, password, authenticator, section };
}

async function logOut(page: Page) {
  await page.goto("/#/settings/account");
  await page.getByRole("button", { name: "退出登录" }).last().click();
  await page.locator("input[autocomplete=username]").waitFor();
}

describe("passkeys", () => {
  it("are added once for an authenticator, and no longer accepted after their removal", async () => {
    const { page, section } = await openWithPasskey();
    await page.getByText("剩余 10 个恢复码").waitFor();
    await page.getByRole("button", { name: "添加通行密钥" }).click();
    const adding = page.getByRole("dialog", { name: "添加通行密钥" });
    await adding.getByRole("button", { name: "创建通行密钥" }).click();
    await adding.getByText("已有你账号的通行密钥").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    await section.getByRole("button", { name: "移除“Laptop”" }).click();
    const removing = page.getByRole("dialog", { name: "移除通行密钥？" });
    await removing.getByRole("button", { name: "移除" }).click();
    await section.getByText("Laptop").waitFor({ state: "detached" });
    await logOut(page);
    await page.getByRole("button", { name: "使用通行密钥登录" }).click();
    await page.getByText("通行密钥未被接受").waitFor();
  });

  it("log in by themselves, if the authenticator has verified the user, and after a password", async () => {
    const { page, email, password, authenticator, section } = await openWithPasskey();
    await logOut(page);
    await authenticator.setVerified(false);
    await page.getByRole("button", { name: "使用通行密钥登录" }).click();
    await page.getByText("未使用通行密钥").waitFor();
    expect(await violations(page)).toEqual([]);
    await authenticator.setVerified(true);
    await page.getByRole("button", { name: "使用通行密钥登录" }).click();
    await page.getByText("还没有对话").waitFor();

    await logOut(page);
    await page.locator("input[autocomplete=username]").fill(email);
    await page.locator("input[autocomplete=current-password]").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "第二步验证" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "使用通行密钥" }).click();
    await page.getByText("还没有对话").waitFor();
    await page.goto("/#/settings/account");
    await section.getByText("上次使用").waitFor();
  });

  it("authenticate again for a change after a long time", async () => {
    const { page, section } = await openWithPasskey();
    // The answer to a login that authenticated too long ago.
    await page.route(
      "**/user/passkey/remove",
      (route) =>
        route.fulfill({
          status: 403,
          json: { error: { code: "reauthentication_required", message: "m", request_id: "r" } },
        }),
      { times: 1 },
    );
    const reauthentication = page.waitForResponse((response) =>
      response.url().includes("/user/reauthenticate"),
    );
    await section.getByRole("button", { name: "移除“Laptop”" }).click();
    const removing = page.getByRole("dialog", { name: "移除通行密钥？" });
    await removing.getByRole("button", { name: "移除" }).click();
    const confirming = page.getByRole("dialog", { name: "请确认是你本人" });
    await confirming.getByRole("button", { name: "使用通行密钥" }).waitFor();
    // The dialogs' hidden elements stand within the part that scrolls.
    expect(await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight)).toBe(true);
    await confirming.getByRole("button", { name: "使用通行密钥" }).click();
    expect((await reauthentication).ok()).toBe(true);
    await section.getByText("Laptop").waitFor({ state: "detached" });
  });
});
