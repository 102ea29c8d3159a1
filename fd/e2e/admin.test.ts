import { expect, it } from "vitest";
import { violations } from "./axe";
import {
  expectComplaints,
  lastReply,
  openChat,
  openPage,
  scriptReply,
  send,
  signInAsAdmin,
  stack,
} from "./browser";

const PHONE = { viewport: { width: 390, height: 844 } };

it("disables an account, whose open page returns to the login", async () => {
  // The connection is refused once before the page learns that its login has ended.
  expectComplaints(/HTTP Authentication failed/);
  const { page, email } = await openChat();
  const admin = await openPage();
  await signInAsAdmin(admin);
  await admin.goto("/#/settings");
  await admin.getByRole("link", { name: "管理" }).click();
  await admin.getByRole("searchbox").fill(email);
  await admin.getByRole("button", { name: `${email} 的操作` }).click();
  await admin.getByRole("menuitem", { name: "停用账号" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "停用账号" }).click();
  await admin.getByText("已停用").waitFor();
  // By its connection, without an action of its own.
  await page.getByRole("heading", { name: "欢迎回来" }).waitFor();

  await admin.getByRole("link", { name: "审计日志" }).click();
  await admin.getByText(email).first().waitFor();
});

it("offers a model with a price, which a user has until the budget is used up", async () => {
  const { page, email } = await openChat();
  const admin = await openPage();
  await signInAsAdmin(admin);
  const name = `本站模型 ${email}`;
  await admin.goto("/#/admin/models");
  await admin.getByRole("button", { name: "提供模型" }).click();
  const form = admin.getByRole("dialog");
  await form.getByLabel("用户看到的名称").fill(name);
  await form.getByLabel("接口地址").fill(`${stack().providerUrl}/v1`);
  await form.getByLabel("API 密钥", { exact: true }).fill("sk-of-the-operator");
  await form.getByLabel("模型 ID").fill("no-usage");
  await form.getByLabel("输出", { exact: true }).fill("1000");
  expect(await violations(admin)).toEqual([]);
  await form.getByRole("button", { name: "保存" }).click();
  await form.waitFor({ state: "detached" });

  await admin.goto("/#/admin");
  await admin.getByRole("searchbox").fill(email);
  await admin.getByRole("button", { name: `${email} 的操作` }).click();
  await admin.getByRole("menuitem", { name: "预算…" }).click();
  await admin.getByLabel("每月（UTC）").fill("0.001");
  expect(await violations(admin)).toEqual([]);
  await admin.getByRole("dialog").getByRole("button", { name: "保存" }).click();
  await admin.getByText("预算已保存").waitFor();

  await page.reload();
  await page.getByRole("button", { name: "选择模型" }).click();
  await page.getByRole("menuitemradio", { name }).click();
  // The long name is cut.
  const picker = page.getByRole("button", { name: "选择模型" });
  await expect.poll(() => picker.innerText()).toBe(name);
  expect(await picker.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  await scriptReply([{ delta: "由本站付费" }]);
  await send(page, "你好");
  await lastReply(page).getByText("由本站付费").waitFor();
  await send(page, "还有吗？");
  await page.getByText("此服务器模型的预算已用完").waitFor();
  await page.getByText("还有吗？").waitFor();

  await admin.goto("/#/admin/models");
  await admin.getByRole("button", { name: `${name} 的操作` }).click();
  await admin.getByRole("menuitem", { name: "停止提供" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "停止提供" }).click();
  await admin.getByText("还没有提供模型").waitFor();
});

it("changes a setting by keyboard, which applies to the next visitor, and puts its default back", async () => {
  const admin = await openPage();
  await signInAsAdmin(admin);
  await admin.goto("/#/admin/settings");
  const registration = admin.getByLabel("注册", { exact: true });
  await registration.focus();
  await registration.press("ArrowDown");
  await admin.keyboard.press("Tab");
  await admin.keyboard.press("Enter");
  await admin.getByText("已更改。默认值：对所有人开放").waitFor();
  expect(await violations(admin)).toEqual([]);

  const visitor = await openPage();
  await visitor.goto("/#/register");
  await visitor.getByText("在这里注册需要邀请。请打开你收到的链接，或联系本服务器的运营者。").waitFor();

  await admin.getByRole("button", { name: "恢复默认: 注册" }).click();
  await admin.getByText("已更改").waitFor({ state: "detached" });
  await visitor.reload();
  await visitor.getByRole("button", { name: "注册" }).waitFor();

  await admin.getByRole("link", { name: "审计日志" }).click();
  await admin.getByText("注册: invite → –").waitFor();
});

it("is hidden from everybody else", async () => {
  const { page } = await openChat();
  await page.goto("/#/settings");
  await page.getByRole("heading", { name: "设置", level: 1 }).waitFor();
  expect(await page.getByRole("link", { name: "管理" }).count()).toBe(0);
  await page.goto("/#/admin");
  await page.getByText("页面不存在").waitFor();
});

/** The pages, and a text of each. */
const PAGES = [
  ["", "按邮箱或用户名搜索"],
  ["/invites", "一个人可在一周内用此链接注册"],
  ["/models", "所有人都能选择的模型"],
  ["/tools", "所有用户都可以在对话中启用的工具服务器"],
  ["/budgets", "用户组中每位用户可用于有价格的模型的金额"],
  ["/settings", "更改对所有人的下一个请求生效"],
  ["/usage", "时段"],
  ["/status", "打开的连接"],
  ["/audit", "在管理页面上和通过运维命令所做的更改"],
] as const;

it.each([
  ["desktop, light", { viewport: { width: 1440, height: 900 } }],
  ["phone, dark", { ...PHONE, colorScheme: "dark" as const }],
])("has pages without accessibility violations and sideways scrolling: %s", async (_name, options) => {
  const page = await openPage(options);
  await signInAsAdmin(page);
  for (const [path, text] of PAGES) {
    await page.goto(`/#/admin${path}`);
    await page.getByText(text).first().waitFor();
    await page.locator("main .animate-pulse").first().waitFor({ state: "detached" });
    expect(await violations(page), path).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), path).toBe(
      true,
    );
  }
});
