import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  composer,
  expectComplaints,
  lastReply,
  logIn,
  openChat,
  openPage,
  send,
  webSocketOpened,
} from "./browser";

/** Simulates a refused access token: the next call to a path is answered with 401 once. */
async function refuseOnce(page: Page, pattern: string): Promise<void> {
  await page.route(
    pattern,
    (route) =>
      route.fulfill({
        status: 401,
        json: { error: { code: "token_expired", message: "expired", request_id: "test" } },
      }),
    { times: 1 },
  );
}

function countRefreshes(page: Page): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/user/refresh")) count += 1;
  });
  return () => count;
}

describe("an account", () => {
  it("is registered with live password rules, and errors are shown as text", async () => {
    const page = await openPage();
    const email = `registered-${Date.now()}@example.com`;
    await page.goto("/#/register");
    await page.locator("input[autocomplete=username]").fill(email);
    await page.locator("input[autocomplete=nickname]").fill("测试");
    const [password, confirmation] = await page.locator("input[autocomplete=new-password]").all();
    await password?.fill("horses");
    const rules = page.getByRole("listitem").filter({ hasText: "数字" });
    await expect.poll(() => rules.innerText()).toContain("未满足");
    await password?.fill("correct-horse-1");
    await expect.poll(() => rules.innerText()).not.toContain("未满足");
    await confirmation?.fill("correct-horse-1");
    await page.keyboard.press("Enter");
    await page.getByText("还没有对话").waitFor();
    await page.getByRole("button", { name: "测试" }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await page.locator("input[type=email]").fill(email);
    await page.locator("input[autocomplete=current-password]").fill("wrong-password-1");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("密码不正确");
    await logIn(page, email, "correct-horse-1");
  });

  it("has its name, email and password changed, and stays logged in", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/account");
    await page.getByLabel("用户名").fill("小明");
    await page.getByRole("button", { name: "保存" }).first().click();
    await page.getByRole("button", { name: "小明" }).waitFor();
    const email = `changed-${Date.now()}@example.com`;
    await page.getByLabel("邮箱").fill(email);
    const saved = page.waitForResponse("**/user/me/email");
    await page.getByRole("button", { name: "保存" }).nth(1).click();
    expect((await saved).ok()).toBe(true);
    await page.getByRole("status").filter({ hasText: "已保存" }).first().waitFor();
    await page.getByLabel("新密码", { exact: true }).fill("another-horse-2");
    await page.getByLabel("确认密码").fill("another-horse-2");
    await page.getByRole("button", { name: "修改密码" }).click();
    await page.getByText("密码已修改").waitFor();
    await page.reload();
    await page.getByLabel("用户名").waitFor();
    await expect.poll(() => page.getByLabel("邮箱").inputValue()).toBe(email);
    await page.getByRole("button", { name: "退出登录" }).click();
    await logIn(page, email, "another-horse-2");
  });
});

describe("the account page", () => {
  it("logs out another device, downloads the account and deletes it", async () => {
    const { page: first, email, password } = await openChat();
    const second = await openPage();
    const connected = webSocketOpened(second);
    await second.goto("/");
    await logIn(second, email, password);
    await connected;
    // Chromium logs the handshake that is refused after that, and the login after the deletion.
    expectComplaints(/^WebSocket connection to .* failed|status of 404/);
    await first.goto("/#/settings/account");
    const devices = first.getByRole("region", { name: "登录设备" });
    await devices.getByRole("button", { name: /退出登录/ }).click();
    await devices.getByText("已让 1 台设备退出登录").waitFor();
    await expect.poll(() => devices.getByRole("listitem").count()).toBe(1);
    await second.getByText("登录已过期").waitFor();

    const downloading = first.waitForEvent("download");
    await first.getByRole("button", { name: "下载", exact: true }).click();
    const file = await (await downloading).path();
    const { items } = JSON.parse(await readFile(file, "utf8")) as {
      items: { kind: string; email?: string }[];
    };
    expect(items[0]).toMatchObject({ kind: "account", email });

    await first.getByRole("button", { name: "注销账号…" }).click();
    const dialog = first.getByRole("dialog", { name: "要注销账号吗？" });
    await dialog.getByLabel(`请输入 ${email} 以确认`).fill(email);
    await dialog.getByRole("button", { name: "永久删除" }).click();
    await first.locator("input[type=email]").fill(email);
    await first.locator("input[autocomplete=current-password]").fill(password);
    await first.keyboard.press("Enter");
    await first.getByRole("alert").waitFor();
  });
});

describe("a session", () => {
  it("is renewed without the user noticing when the access token is refused", async () => {
    const { page } = await openChat();
    const refreshes = countRefreshes(page);
    await refuseOnce(page, "**/chat/send");
    await send(page, "你好");
    await lastReply(page).waitFor();
    expect(refreshes()).toBe(1);
  });

  it("is refreshed once by two tabs, and neither logs the other out", async () => {
    const { page: first } = await openChat();
    const second = await first.context().newPage();
    await second.goto("/");
    await composer(second).waitFor();
    await second.getByRole("button", { name: "测试" }).waitFor();

    const [ofFirst, ofSecond] = [countRefreshes(first), countRefreshes(second)];
    for (const page of [first, second]) await refuseOnce(page, "**/chat/send");
    await Promise.all([send(first, "第一"), send(second, "第二")]);
    await Promise.all([lastReply(first).waitFor(), lastReply(second).waitFor()]);
    // At most one refresh per page, one after the other; each page continues with a valid token.
    expect(ofFirst() + ofSecond()).toBeLessThanOrEqual(2);
    for (const page of [first, second]) {
      await page.reload();
      await lastReply(page).waitFor();
    }

    await first.getByRole("button", { name: "测试" }).click();
    await first.getByRole("menuitem", { name: "退出登录" }).click();
    await second.locator("input[type=email]").waitFor();
  });

  it("ends on every other device when the password is changed on one", async () => {
    const { page: first, email, password } = await openChat();
    const second = await openPage();
    const connected = webSocketOpened(second);
    await second.goto("/");
    await logIn(second, email, password);
    await connected;
    // Chromium logs the handshake that is refused after that.
    expectComplaints(/^WebSocket connection to .* failed/);

    await first.goto("/#/settings/account");
    await first.getByLabel("新密码", { exact: true }).fill("another-horse-2");
    await first.getByLabel("确认密码").fill("another-horse-2");
    await first.getByRole("button", { name: "修改密码" }).click();
    await first.getByText("密码已修改").waitFor();
    await second.getByText("登录已过期").waitFor();
  });

  it("that has ended redirects to the login page, and back to the previous page", async () => {
    const { page, email, password } = await openChat();
    await page.goto("/#/settings/models");
    await page.getByRole("heading", { name: "设置" }).waitFor();
    await page.evaluate(() => {
      const stored = JSON.parse(localStorage.getItem("session") ?? "{}") as { refreshToken: string };
      localStorage.setItem("session", JSON.stringify({ ...stored, refreshToken: "nonsense" }));
    });
    await page.reload();
    await page.getByText("登录已过期").waitFor();
    await page.locator("input[type=email]").fill(email);
    await page.locator("input[autocomplete=current-password]").fill(password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "添加模型" }).waitFor();
  });
});
