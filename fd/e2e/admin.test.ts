import { expect, it } from "vitest";
import { violations } from "./axe";
import { expectComplaints, openChat, openPage, signInAsAdmin } from "./browser";

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
  await admin.getByRole("menuitem", { name: "停用账户" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "停用账户" }).click();
  await admin.getByText("已停用").waitFor();
  // By its connection, without an action of its own.
  await page.getByRole("heading", { name: "欢迎回来" }).waitFor();

  await admin.getByRole("link", { name: "审计日志" }).click();
  await admin.getByText(email).first().waitFor();
});

it("is hidden from everybody else", async () => {
  const { page } = await openChat();
  await page.goto("/#/settings");
  await page.getByRole("heading", { name: "设置", level: 1 }).waitFor();
  expect(await page.getByRole("link", { name: "管理" }).count()).toBe(0);
  await page.goto("/#/admin");
  await page.getByText("页面不存在").waitFor();
});

const PAGES = ["", "/usage", "/status", "/audit"];

it.each([
  ["desktop, light", { viewport: { width: 1440, height: 900 } }],
  ["phone, dark", { ...PHONE, colorScheme: "dark" as const }],
])("has pages without accessibility violations and sideways scrolling: %s", async (name, options) => {
  const page = await openPage(options);
  await signInAsAdmin(page);
  for (const path of PAGES) {
    await page.goto(`/#/admin${path}`);
    await page.getByRole("navigation", { name: "管理" }).waitFor();
    await page.waitForLoadState("networkidle");
    expect(await violations(page), path).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), path).toBe(
      true,
    );
    if (process.env.ADMIN_SHOTS)
      await page.screenshot({ path: `/tmp/admin-shots/${name.split(",")[0]}${path.replace("/", "-")}.png` });
  }
});
