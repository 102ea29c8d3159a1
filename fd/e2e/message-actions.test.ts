import { describe, expect, it } from "vitest";
import {
  ask,
  composer,
  lastReply,
  modelRequests,
  openChat,
  openGate,
  type openPage,
  replies,
  scriptReply,
  send,
  stack,
} from "./browser";

type Page = Awaited<ReturnType<typeof openPage>>;

const chooseAction = async (page: Page, role: "user" | "assistant", action: string) => {
  const message = page.locator(`article[data-role=${role}]`).last();
  await message.getByRole("button", { name: "消息的更多操作" }).click();
  await page.getByRole("menuitem", { name: action }).click();
};

describe("a reply", () => {
  it.each([
    ["in columns", { width: 1440, height: 900 }],
    ["one at a time on a phone", { width: 390, height: 844 }],
  ])("is shown beside that of another model, %s, and one is chosen", async (_, viewport) => {
    const { page, post } = await openChat({ viewport });
    const server = { base_url: `${stack().providerUrl}/v1`, api_key: "sk-12345678" };
    await post("/model_config/create", { ...server, name: "另一个模型", model: "other-model" });
    await page.reload();
    await ask(page, "天空为什么是蓝色的？", [{ delta: "瑞利散射。" }]);

    await scriptReply([{ delta: "因为" }, { gate: "other" }, { delta: "空气分子。" }]);
    await lastReply(page).getByRole("button", { name: "换一个模型重新生成" }).click();
    await page.getByRole("menuitemcheckbox", { name: "与当前回复并排显示" }).click();
    await page.getByRole("menuitem", { name: "另一个模型" }).click();
    const both = page.getByRole("region", { name: "并排比较两条回复" });
    const [first, second] = [both.locator("section").nth(0), both.locator("section").nth(1)];
    await second.getByText("因为").waitFor();
    const isPhone = viewport.width < 768;
    if (isPhone) {
      expect(await first.isVisible()).toBe(false);
      expect(await second.isVisible()).toBe(true);
    } else {
      const [left, right] = [await first.boundingBox(), await second.boundingBox()];
      expect((left?.x ?? 0) + (left?.width ?? 0)).toBeLessThan(right?.x ?? 0);
    }
    await openGate("other");
    await second.getByText("因为空气分子。").waitFor();
    expect((await modelRequests()).at(-1)?.body.model).toBe("other-model");

    if (isPhone) await both.locator("[aria-pressed=false]").click();
    await first.getByRole("button", { name: "选用这条回复" }).click();
    await both.waitFor({ state: "detached" });
    await expect.poll(() => lastReply(page).innerText()).toContain("瑞利散射。");
    await ask(page, "还有呢？", [{ delta: "没有了。" }]);
    const history = (await modelRequests()).at(-1)?.body.messages.map(({ content }) => content);
    expect(history).toEqual(["天空为什么是蓝色的？", "瑞利散射。", "还有呢？"]);
  });

  it("is copied as rich text, with its Markdown as the plain text", async () => {
    const { page } = await openChat();
    const markdown = "**粗体** 和 $a^2$\n\n- 一\n- 二";
    await scriptReply([{ delta: markdown }]);
    await send(page, "格式");
    await lastReply(page).locator(".katex").waitFor();
    await chooseAction(page, "assistant", "复制为富文本");
    const read = () =>
      page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        const text = async (type: string) => (await item?.getType(type))?.text();
        return { html: await text("text/html"), plain: await text("text/plain") };
      });
    await expect.poll(async () => (await read().catch(() => null))?.plain).toBe(markdown);
    const { html } = await read();
    expect(html).toContain("<strong>粗体</strong>");
    expect(html).toContain("$a^2$");
    expect(html).toMatch(/<li[^>]*>一<\/li>/);
    expect(html).not.toContain("class=");
  });

  it("has its details in a popover", async () => {
    const { page } = await openChat();
    await ask(page, "你好", [{ delta: "你好！" }]);
    const button = lastReply(page).getByRole("button", { name: "回复详情" });
    await button.click();
    const popover = page.getByRole("dialog", { name: "回复详情" });
    await popover.getByText("时间").waitFor();
    const [anchor, shown] = [await button.boundingBox(), await popover.boundingBox()];
    expect(Math.abs((anchor?.x ?? 0) - (shown?.x ?? 0))).toBeLessThan(40);
    await page.keyboard.press("Escape");
    await popover.waitFor({ state: "hidden" });
  });
});

describe("a second model", () => {
  it.each(["a new conversation", "an existing conversation"])(
    "answers beside the first in %s",
    async (where) => {
      const { page, post } = await openChat();
      const server = { base_url: `${stack().providerUrl}/v1`, api_key: "sk-12345678" };
      await post("/model_config/create", { ...server, name: "另一个模型", model: "other-model" });
      await page.reload(); // It was added through the API.
      if (where === "an existing conversation") await ask(page, "你好", [{ delta: "你好！" }]);
      await page.getByRole("button", { name: "同时询问另一个模型" }).click();
      await page.getByRole("menuitemradio", { name: "另一个模型" }).click();
      await page.getByText("+ 另一个模型").waitFor();
      await scriptReply([{ delta: "一个回答" }], { model: "scripted" });
      await send(page, "天空为什么是蓝色的？");
      const both = page.getByRole("region", { name: "并排比较两条回复" });
      await both.getByRole("button", { name: "选用这条回复" }).nth(1).waitFor();
      await expect.poll(() => both.locator("section").nth(0).innerText()).toContain("scripted");
      await expect.poll(() => both.locator("section").nth(1).innerText()).toContain("other-model");
      const asked = (await modelRequests()).map(({ body }) => [body.model, body.messages.at(-1)?.content]);
      expect(asked.slice(-2).toSorted()).toEqual([
        ["other-model", "天空为什么是蓝色的？"],
        ["scripted", "天空为什么是蓝色的？"],
      ]);
      // For one message only.
      expect(await page.getByText("+ 另一个模型").count()).toBe(0);
      await both.getByRole("button", { name: "选用这条回复" }).nth(1).click();
      await both.waitFor({ state: "detached" });
      await lastReply(page).getByRole("button", { name: "上一个版本" }).waitFor();
    },
  );
});

describe("a message", () => {
  it("is deleted with what follows it, and comes back by the undo of the toast", async () => {
    const { page } = await openChat();
    await ask(page, "一", [{ delta: "答一" }]);
    await ask(page, "二", [{ delta: "答二" }]);
    const toast = page.getByRole("region", { name: "通知" });
    await chooseAction(page, "user", "删除消息");
    await toast.getByText("已删除 2 条消息").waitFor();
    await expect.poll(() => page.locator("article").count()).toBe(2);
    await toast.getByRole("button", { name: "撤销" }).click();
    await lastReply(page).getByText("答二").waitFor();
    await expect.poll(() => page.locator("article").count()).toBe(4);

    await chooseAction(page, "user", "删除消息");
    await expect.poll(() => page.locator("article").count()).toBe(2);
    // What is sent meanwhile follows what is left.
    await ask(page, "三", [{ delta: "答三" }]);
    // The reload ends the time for an undo.
    await page.reload();
    await lastReply(page).getByText("答三").waitFor();
    await expect.poll(() => page.locator("article").allInnerTexts()).toHaveLength(4);
    expect(await page.getByText("答二").count()).toBe(0);
  });

  it("begins a new conversation with a copy of its branch", async () => {
    const { page } = await openChat();
    await ask(page, "一", [{ delta: "答一" }]);
    await ask(page, "二", [{ delta: "答二" }]);
    const original = page.url();
    const first = replies(page).first();
    await first.getByRole("button", { name: "消息的更多操作" }).click();
    await page.getByRole("menuitem", { name: "从这里新建对话" }).click();
    await page.waitForURL((url) => url.href !== original && url.hash.startsWith("#/c/"));
    await lastReply(page).getByText("答一").waitFor();
    await expect.poll(() => page.locator("article").count()).toBe(2);
    await composer(page).waitFor();
    await ask(page, "另一个二", [{ delta: "另答" }]);
    await page.goto(original);
    await lastReply(page).getByText("答二").waitFor();
  });

  it("that is long is folded until it is opened", async () => {
    const { page } = await openChat();
    await ask(page, Array.from({ length: 60 }, (_, line) => `第 ${line} 行`).join("\n"), [{ delta: "好" }]);
    const question = page.locator("article[data-role=user]");
    const folded = (await question.boundingBox())?.height ?? 0;
    expect(folded).toBeLessThan(500);
    // The browser's search, from the start again after the end, finds the folded text.
    const found = await page.evaluate("find('第 59 行', false, false, true)");
    expect(found).toBe(true);
    await question.getByRole("button", { name: "展开" }).click();
    expect((await question.boundingBox())?.height).toBeGreaterThan(folded * 2);
  });
});
