// Mails of accounts, through the local stage's mail catcher.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import { expectComplaints, openChat, openPage, stack } from "./browser";

interface Mail {
  to: string[];
  subject: string;
  text: string;
}

/** The newest mail to an address with a subject. */
async function mailTo(email: string, subject: string): Promise<Mail> {
  let found: Mail | undefined;
  await expect
    .poll(
      async () => {
        const mails = (await (await fetch(`${stack().mailUrl}/mails`)).json()) as Mail[];
        found = mails.find((mail) => mail.to.includes(email) && mail.subject === subject);
        return found !== undefined;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  return found as Mail;
}

/** The page of a mail's link, on the tested build's address. */
function pageOf(mail: Mail): string {
  return `/${/#\/\S+/.exec(mail.text)?.[0]}`;
}

/** Addresses that the page requested, with their referrers. */
function watchRequests(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => seen.push(request.url(), request.headers().referer ?? ""));
  return seen;
}

describe("a forgotten password", () => {
  it("is reset by a mail's link, which logs in here and out everywhere else", async () => {
    // The other device's login has ended.
    expectComplaints(/WebSocket connection/);
    const { page: other, email } = await openChat();
    const page = await openPage();
    await page.goto("/#/login");
    await page.getByRole("link", { name: "忘记密码？" }).click();
    await page.locator("input[type=email]").fill(email);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText(`如果 ${email} 已注册账号`).waitFor();

    const link = pageOf(await mailTo(email, "重置密码"));
    const seen = watchRequests(page);
    await page.goto(link);
    await page.locator("input[autocomplete=new-password]").first().waitFor();
    expect(await violations(page)).toEqual([]);
    const [password, confirmation] = await page.locator("input[autocomplete=new-password]").all();
    await password?.fill("another-horse-2");
    await confirmation?.fill("another-horse-2");
    await page.keyboard.press("Enter");
    await page.getByText("还没有对话").waitFor();
    // The token is in no address that a server or its log gets to see.
    const token = link.split("/").at(-1) ?? "";
    expect(seen.filter((address) => address.replace(/#.*/, "").includes(token))).toEqual([]);
    expect(page.url()).not.toContain(token);

    await other.reload();
    await other.locator("input[type=email]").waitFor();
    await mailTo(email, "你的密码已更改");

    await page.goto(link);
    await page.locator("input[autocomplete=new-password]").first().fill("third-horse-3");
    await page.locator("input[autocomplete=new-password]").last().fill("third-horse-3");
    await page.keyboard.press("Enter");
    await page.getByText("此链接已过期或已被使用").waitFor();
  });
});

describe("an email address", () => {
  it("is verified by the mail of the registration", async () => {
    const { page, email } = await openChat();
    await page.goto("/#/settings/account");
    await page.getByText("此邮箱地址尚未确认").waitFor();
    const link = pageOf(await mailTo(email, "Confirm your email address"));
    const another = await openPage();
    await another.goto(link);
    await another.getByRole("button", { name: "确认邮箱地址" }).click();
    await another.getByText("邮箱地址已确认").waitFor();
    await page.reload();
    await page.getByText("已确认", { exact: true }).waitFor();
  });
});

describe("an invitation", () => {
  it("is used by its link, and is refused in words when it is not valid", async () => {
    const page = await openPage();
    await page.goto("/#/register?invite=not-an-invitation");
    await page.locator("input[autocomplete=username]").fill(`invited-${Date.now()}@example.com`);
    await page.locator("input[autocomplete=nickname]").fill("测试");
    for (const field of await page.locator("input[autocomplete=new-password]").all())
      await field.fill("correct-horse-1");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("邀请无效");
  });
});
