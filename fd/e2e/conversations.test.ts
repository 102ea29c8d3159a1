// The conversation's actions in the list and in the header, their undo, and the bin.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  composer,
  lastReply,
  openChat,
  openGate,
  openImported,
  scriptReply,
  send,
  storedMessage,
} from "./browser";

/** Opens the last one of a new account's imported conversations; `ids` by title. */
async function openWith(titles: readonly string[], options: Parameters<typeof openChat>[0] = {}) {
  const account = await openChat(options);
  const ids = new Map<string, string>();
  for (const title of titles) {
    const messages = [storedMessage("q", null, `问${title}`), storedMessage("r", "q", `答${title}`)];
    ids.set(title, await openImported(account, messages, title));
  }
  return { page: account.page, ids };
}

const list = (page: Page) => page.getByRole("navigation", { name: "对话" });
const row = (page: Page, title: string) => list(page).getByRole("listitem").filter({ hasText: title });
const titles = (page: Page) => list(page).getByRole("link").allInnerTexts();
const toast = (page: Page) => page.getByRole("region", { name: "通知" }).getByRole("status");

async function chooseInHeader(page: Page, action: string): Promise<void> {
  await page.getByRole("button", { name: "对话的更多操作" }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

describe("the header of a conversation", () => {
  it("renames by a click on the title; Escape leaves it", async () => {
    const { page } = await openWith(["旧名"]);
    const title = page.getByRole("heading", { level: 1 });
    await title.click();
    await page.keyboard.type("不要");
    await page.keyboard.press("Escape");
    await expect.poll(() => title.innerText()).toBe("旧名");
    await title.click();
    await page.keyboard.type("新名");
    await page.keyboard.press("Enter");
    await expect.poll(() => title.innerText()).toBe("新名");
    await row(page, "新名").waitFor();
  });

  it("has a menu that renames, pins, archives, copies, exports, prints and deletes", async () => {
    const { page } = await openWith(["其他", "行程"]);
    await chooseInHeader(page, "重命名");
    await page.keyboard.type("杭州行程");
    await page.keyboard.press("Enter");
    await row(page, "杭州行程").waitFor();
    await chooseInHeader(page, "置顶");
    await list(page).getByRole("region", { name: "置顶" }).getByText("杭州行程").waitFor();
    await toast(page).getByRole("button", { name: "撤销" }).click();
    await list(page).getByRole("region", { name: "置顶" }).waitFor({ state: "detached" });
    await chooseInHeader(page, "复制整个对话");
    await toast(page).getByText("已复制").waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("问行程");
    expect(copied).toContain("答行程");
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute("data-printed", "");
    });
    await chooseInHeader(page, "打印");
    await page.locator("body[data-printed]").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      chooseInHeader(page, "导出为 Markdown"),
    ]);
    expect(file.suggestedFilename()).toContain("杭州行程");
    await chooseInHeader(page, "归档");
    await expect.poll(() => titles(page)).toEqual(["其他"]);
    await chooseInHeader(page, "删除");
    await expect.poll(() => page.url()).toMatch(/#\/$/);
  });
});

describe("the undo of a toast", () => {
  it("restores a deleted conversation and opens it again, by keyboard too", async () => {
    const { page, ids } = await openWith(["其他", "行程"]);
    await chooseInHeader(page, "删除");
    await toast(page).getByText("已将 1 个对话移到回收站").waitFor();
    await expect.poll(() => titles(page)).toEqual(["其他"]);
    await page.keyboard.press("F6");
    await page.keyboard.press("Enter");
    await expect.poll(() => titles(page)).toEqual(["行程", "其他"]);
    await expect.poll(() => page.url()).toContain(ids.get("行程"));
    await lastReply(page).getByText("答行程").waitFor();
  });

  it("takes an archived conversation back", async () => {
    const { page } = await openWith(["行程"]);
    await row(page, "行程").hover();
    await row(page, "行程").getByRole("button").click();
    await page.getByRole("menuitem", { name: "归档" }).click();
    await expect.poll(() => titles(page)).toEqual([]);
    await toast(page).getByRole("button", { name: "撤销" }).click();
    await expect.poll(() => titles(page)).toEqual(["行程"]);
  });
});

describe("the bin", () => {
  it("lists deleted conversations, restores them, deletes one for good, and is emptied", async () => {
    const { page, ids } = await openWith(["甲", "乙", "丙"]);
    await page.getByRole("button", { name: "多选" }).click();
    for (const title of ids.keys()) await page.getByLabel(`选择“${title}”`).check();
    await page.getByRole("button", { name: "删除", exact: true }).click();
    await page.getByText("还没有对话").waitFor();
    await page.getByRole("button", { name: "回收站" }).click();
    const bin = page.getByRole("region", { name: "回收站" });
    const inBin = () => bin.getByRole("listitem").count();
    await expect.poll(inBin).toBe(3);
    await bin.getByText("30 天后永久删除").first().waitFor();
    await bin.getByRole("button", { name: "恢复“甲”" }).click();
    await expect.poll(inBin).toBe(2);
    await bin.getByRole("button", { name: "永久删除“乙”" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "永久删除" }).click();
    await expect.poll(inBin).toBe(1);
    await page.getByRole("button", { name: "清空回收站" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "永久删除" }).click();
    await page.getByText("回收站是空的").waitFor();
    await page.getByRole("button", { name: "返回对话" }).click();
    await expect.poll(() => titles(page)).toEqual(["甲"]);
  });
});

describe("a row of the list", () => {
  it("gives its title the whole width, and shows running and unread replies", async () => {
    const { page } = await openWith(["其他"]);
    await page.goto("/#/");
    await scriptReply([{ delta: "开始" }, { gate: "rest" }, { delta: "结束" }]);
    await send(page, "慢慢来");
    await page.getByText("开始").waitFor();
    const running = list(page).getByRole("listitem").first();
    await running.getByText("正在回复").waitFor();
    await row(page, "其他").getByRole("link").click();
    await page.getByText("答其他").waitFor();
    await openGate("rest");
    await running.getByText("有新回复").waitFor();
    await page.reload();
    await running.getByText("有新回复").waitFor();
    await running.getByRole("link").click();
    await running.getByText("有新回复").waitFor({ state: "detached" });

    await composer(page).hover();
    const [link, text] = await Promise.all([
      row(page, "其他").getByRole("link").boundingBox(),
      row(page, "其他").locator("a > span").first().boundingBox(),
    ]);
    expect((link?.width ?? 0) - (text?.width ?? 0)).toBeLessThanOrEqual(20);
  });

  it("is there although the list was being loaded when its conversation was created", async () => {
    let arrive = (): void => undefined;
    const { page } = await openChat({
      prepare: (page) =>
        page.route(
          /\/conversation\?/,
          async (route) => {
            const response = await route.fetch();
            await new Promise<void>((resolve) => {
              arrive = resolve;
            });
            await route.fulfill({ response }).catch(() => undefined);
          },
          { times: 1 },
        ),
    });
    await send(page, "你好");
    await lastReply(page).waitFor();
    arrive();
    await expect.poll(() => list(page).getByRole("link").count()).toBe(1);
  });

  it("opens its menu by a long press on a touch screen", async () => {
    const { page } = await openWith(["其他", "行程"], {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await page.getByRole("button", { name: "打开侧边栏" }).click();
    const box = await row(page, "其他").getByRole("link").boundingBox();
    if (!box) throw new Error("the row is not shown");
    const session = await page.context().newCDPSession(page);
    const touchPoints = [{ x: box.x + 40, y: box.y + box.height / 2 }];
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    await page.getByRole("menuitem", { name: "归档" }).waitFor();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await page.getByRole("menuitem", { name: "归档" }).click();
    await expect.poll(() => titles(page)).toEqual(["行程"]);
  });
});

describe("a temporary conversation", () => {
  it("is chosen on the first screen, marked, not listed, and deleted after a confirmation", async () => {
    const { page } = await openWith(["其他"]);
    await page.goto("/#/");
    await page.getByRole("button", { name: "临时对话" }).click();
    await page.getByText("最后一条消息 24 小时后自动删除").waitFor();
    await send(page, "别记下来");
    await lastReply(page).waitFor();
    await page.getByRole("heading", { name: "临时对话" }).waitFor();
    expect(await titles(page)).toEqual(["其他"]);
    await page.reload();
    await page.getByRole("heading", { name: "临时对话" }).waitFor();
    await page.getByRole("button", { name: "对话的更多操作" }).click();
    expect(await page.getByRole("menuitem", { name: "归档" }).count()).toBe(0);
    await page.getByRole("menuitem", { name: "删除" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await toast(page).getByText("临时对话已删除").waitFor();
    await expect.poll(() => page.url()).toMatch(/#\/$/);
  });
});

describe("the first screen", () => {
  it("names the model that answers, begins a message, and offers an own model", async () => {
    const { page } = await openChat({ locale: "en" });
    await page.getByText("Default model answers.").waitFor();
    await page.getByText("You can paste, drop or choose images and files.").waitFor();
    await page.getByRole("button", { name: "Make a plan" }).click();
    await page.keyboard.type("learn Go");
    expect(await composer(page).inputValue()).toBe("Make a step-by-step plan. My goal: learn Go");
    await page.getByRole("link", { name: "Add your own model" }).click();
    await page.getByRole("button", { name: "Add model" }).waitFor();
  });
});

describe("the address of an unknown conversation", () => {
  it("leads to an empty state, not to an error", async () => {
    const { page, ids } = await openWith(["其他"]);
    await chooseInHeader(page, "删除");
    await toast(page).getByText("移到回收站").waitFor();
    for (const id of [ids.get("其他"), "0190aaaa-0000-7000-8000-000000000000"]) {
      await page.goto(`/#/c/${id}`);
      await page.getByRole("heading", { name: "找不到这个对话" }).waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
      expect(await composer(page).count()).toBe(0);
    }
    await page.getByRole("main").getByRole("link", { name: "新对话" }).last().click();
    await composer(page).waitFor();
  });
});
