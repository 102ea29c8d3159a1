// The conversation's actions in the list and in the header, their undo, and the bin.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ExportReader } from "../src/features/data/export-reader";
import { violations } from "./axe";
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
    const field = page.getByRole("textbox", { name: "对话标题" });
    await title.click();
    await field.waitFor();
    await page.keyboard.type("不要");
    await page.keyboard.press("Escape");
    await expect.poll(() => title.innerText()).toBe("旧名");
    await title.click();
    await field.waitFor();
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
    await expect.poll(() => composer(page).inputValue()).toBe("Make a step-by-step plan. My goal: learn Go");
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

/** The first screen of a new account with these conversations; `ids` by title. */
async function openList(titles: readonly string[]) {
  const account = await openChat();
  const conversations = titles.map((title, n) => ({
    title,
    updated_at: new Date(Date.UTC(2026, 0, 1) - n * 60_000).toISOString(),
    messages: [storedMessage("q", null, "?")],
  }));
  const ids = new Map<string, string>();
  for (let start = 0; start < titles.length; start += 50) {
    const answer = await account.post("/conversation/import_many", {
      conversations: conversations.slice(start, start + 50),
    });
    for (const [n, { id }] of (answer.results as unknown as { id: string }[]).entries())
      ids.set(titles[start + n] ?? "", id);
  }
  await account.page.reload();
  await list(account.page).getByRole("link").first().waitFor();
  return { ...account, ids };
}

describe("several conversations", () => {
  it("are moved to a project by drag, exported together, and archived", async () => {
    const { page, post } = await openList(["甲", "乙", "丙", "丁"]);
    await post("/project/create", { name: "花园" });
    await page.getByRole("button", { name: "项目", exact: true }).click();
    await row(page, "甲").getByRole("link").click();
    await row(page, "丙")
      .getByRole("link")
      .click({ modifiers: ["Shift"] });
    await page.getByText("已选择 3 个").waitFor();
    expect(await violations(page)).toEqual([]);

    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "导出为 ZIP" }).click(),
    ]);
    const archive = new File([new Uint8Array(await readFile(await file.path()))], "chat.zip");
    const exported = [];
    for await (const found of new ExportReader([archive], { image: "" }).read())
      if ("conversation" in found) exported.push(found.conversation.title);
    expect(exported.sort()).toEqual(["丙", "乙", "甲"].sort());

    await page.getByRole("button", { name: "多选" }).click();
    for (const title of ["甲", "乙"]) await page.getByLabel(`选择“${title}”`).check();
    const project = page.getByRole("region", { name: "项目" }).getByRole("link", { name: "花园" });
    await row(page, "乙").dragTo(project);
    await expect.poll(async () => (await titles(page)).sort()).toEqual(["丁", "丙"].sort());
    await project.click();
    await expect.poll(() => page.locator("main").getByRole("listitem").count()).toBe(2);
    await page.locator("main").getByRole("button", { name: "多选" }).click();
    await page.locator("main").getByRole("button", { name: "全选" }).click();
    expect(await violations(page)).toEqual([]);
    await page.locator("main").getByRole("button", { name: "归档" }).click();
    await page.getByText("此项目还没有对话。").waitFor();
    const archived = toast(page).getByRole("listitem").filter({ hasText: "已归档 2 个" });
    await archived.getByRole("button", { name: "撤销" }).click();
    await expect.poll(() => page.locator("main").getByRole("listitem").count()).toBe(2);
  });

  it("are all deleted in the settings, behind a typed word", async () => {
    const { page, post, ids } = await openList(["甲", "乙", "丙"]);
    await post("/conversation/update", { id: ids.get("乙"), archived: true });
    await post("/conversation/delete", { ids: [ids.get("丙")] });
    await page.goto("/#/settings/data");
    await page.getByRole("button", { name: "删除所有对话…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "全部删除" }).click();
    await dialog.getByText("输入的内容不是“删除”。").waitFor();
    await dialog.getByLabel(/^立即永久删除/).check();
    await dialog.getByLabel("输入“删除”以确认").fill("删除");
    await dialog.getByRole("button", { name: "全部删除" }).click();
    await page.getByText("所有对话均已删除。").waitFor();
    expect(await titles(page)).toEqual([]);
    await page.getByRole("button", { name: "回收站" }).click();
    await page.getByText("回收站是空的").waitFor();
  });

  it("stay few in the document in a long list, which the keyboard reaches to its end", async () => {
    const count = 400;
    const { page } = await openList(Array.from({ length: count }, (_, n) => `对话 ${n}`));
    const rows = list(page).getByRole("listitem");
    await rows.first().waitFor();
    const last = list(page).getByRole("link", { name: `对话 ${count - 1}`, exact: true });
    await expect
      .poll(async () => {
        await list(page).evaluate((nav) => nav.scrollTo(0, nav.scrollHeight));
        return last.count();
      })
      .toBe(1);
    expect(await rows.count()).toBeLessThan(150);
    expect(await last.locator("..").getAttribute("aria-posinset")).toBe(String(count));
    await last.focus();
    await page.keyboard.press("Shift+ArrowUp");
    await page.getByText("已选择 2 个").waitFor();
    await page.keyboard.press("Control+a");
    await page.getByText(`已选择 ${count} 个`).waitFor();
    await page.getByRole("button", { name: "删除", exact: true }).click();
    await page.getByText("还没有对话").waitFor();
    await toast(page).getByRole("button", { name: "撤销" }).click();
    await list(page).getByRole("link", { name: "对话 0", exact: true }).waitFor();
  });
});
