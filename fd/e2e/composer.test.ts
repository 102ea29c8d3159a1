import { fileURLToPath } from "node:url";
import type { Page, Route } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, openChat, openNewChat, replies, scriptReply, send } from "./browser";

const picture = fileURLToPath(new URL("picture.png", import.meta.url));

const questions = "article[data-role=user]";

/** Blocks calls: they never reach the backend; `end` lets later calls through. */
async function holdCalls(page: Page, url: string) {
  const routes: Route[] = [];
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(url, (route) => {
    routes.push(route);
    arrive();
  });
  const end = () => page.unroute(url);
  const fail = () => Promise.all(routes.map((route) => route.fulfill({ status: 503, json: {} })));
  return { arrived, end, fail };
}

describe("the composer", () => {
  it("does not send while an input method composes", async () => {
    const { page } = await openChat();
    await composer(page).focus();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Input.imeSetComposition", { text: "ni hao", selectionStart: 6, selectionEnd: 6 });
    // The key event of browsers for Enter during input method composition.
    await composer(page).evaluate((element) =>
      element.dispatchEvent(
        new KeyboardEvent("keydown", {
          key: "Enter",
          keyCode: 229,
          isComposing: true,
          bubbles: true,
          cancelable: true,
        }),
      ),
    );
    await devtools.send("Input.insertText", { text: "你好" });
    await expect.poll(() => composer(page).inputValue()).toBe("你好");
    expect(await page.locator(questions).count()).toBe(0);
    await composer(page).press("Shift+Enter");
    await composer(page).pressSequentially("世界");
    await composer(page).press("Enter");
    await lastReply(page).waitFor();
    await expect.poll(() => page.locator(questions).innerText()).toContain("你好\n世界");
    expect(await composer(page).inputValue()).toBe("");
  });

  it("keeps a draft for each conversation over a reload", async () => {
    const { page } = await openChat();
    await send(page, "第一条");
    await lastReply(page).waitFor();
    await composer(page).fill("还没写完");
    await openNewChat(page);
    await composer(page).fill("新的草稿");
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("新的草稿");
    await page.getByRole("navigation", { name: "对话" }).getByRole("link").first().click();
    await expect.poll(() => composer(page).inputValue()).toBe("还没写完");
  });

  it.each(["create", "send"] as const)(
    "has a new chat's text again when the page is reloaded while the call to %s is on its way",
    async (call) => {
      const { page } = await openChat();
      const held = await holdCalls(page, call === "create" ? "**/conversation/create" : "**/chat/send");
      await send(page, "还没有到");
      await held.arrived;
      await expect.poll(() => composer(page).inputValue()).toBe("");
      await page.reload();
      await expect.poll(() => composer(page).inputValue()).toBe("还没有到");
      await held.end();
      await composer(page).press("Enter");
      await lastReply(page).waitFor();
      await expect.poll(() => page.locator(questions).count()).toBe(1);
      await expect.poll(() => page.locator(questions).innerText()).toContain("还没有到");
      await page.reload();
      await lastReply(page).waitFor();
      expect(await composer(page).inputValue()).toBe("");
      await page.goto("/#/");
      await page.getByRole("heading", { name: "今天想聊点什么？" }).waitFor();
      expect(await composer(page).inputValue()).toBe("");
    },
  );

  it("restores the text once when the page is reloaded after a failed send", async () => {
    const { page } = await openChat();
    await page.route("**/chat/send", (route) => route.fulfill({ status: 500, json: {} }), { times: 1 });
    await send(page, "第一句");
    await page.getByText("没有发送成功").waitFor();
    expect(await composer(page).inputValue()).toBe("");
    await composer(page).fill("第二句");
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("第一句\n\n第二句");
    expect(await page.getByText("没有发送成功").count()).toBe(0);
    await composer(page).press("Enter");
    await lastReply(page).waitFor();
    await page.reload();
    await lastReply(page).waitFor();
    expect(await composer(page).inputValue()).toBe("");
  });

  it("restores the text after a failed send, together with text written meanwhile", async () => {
    const { page } = await openChat();
    const held = await holdCalls(page, "**/conversation/create");
    await send(page, "第一句");
    await held.arrived;
    await composer(page).fill("第二句");
    await held.fail();
    await page.getByRole("alert").waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe("第一句\n\n第二句");
    await page.reload();
    await expect.poll(() => composer(page).inputValue()).toBe("第一句\n\n第二句");
  });

  it("accepts several images, pasted and chosen, and shows which it rejects", async () => {
    const { page } = await openChat();
    await page.locator("input[type=file]").setInputFiles([picture]);
    await page.locator("input[type=file]").setInputFiles({
      name: "drawing.bmp",
      mimeType: "image/bmp",
      buffer: Buffer.from("no image"),
    });
    await page.getByText("不支持“drawing.bmp”的格式").waitFor();
    await composer(page).focus();
    await page.evaluate(async () => {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 40;
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
      const data = new DataTransfer();
      if (blob) data.items.add(new File([blob], "pasted.png", { type: "image/png" }));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    await page.getByRole("button", { name: "移除 pasted.png" }).waitFor();
    await page.getByRole("button", { name: "移除 picture.png" }).click();
    await page.locator("input[type=file]").setInputFiles([picture]);
    await send(page, "两张图");
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("(2 images)");

    await page.locator(questions).getByRole("button", { name: "放大图片" }).first().click();
    const large = page.getByRole("dialog", { name: "图片" });
    const layers = large.evaluate(({ parentElement }) =>
      [...(parentElement?.children ?? [])].map((layer) => getComputedStyle(layer).backgroundColor),
    );
    expect(await layers, "the page is darkened behind the image").toContain("rgba(0, 0, 0, 0.85)");
    const first = await large.locator("img").getAttribute("src");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => large.locator("img").getAttribute("src")).not.toBe(first);
    const width = async () => (await large.locator("img").boundingBox())?.width ?? 0;
    const whole = await width();
    await page.keyboard.press("+");
    await expect.poll(width).toBeCloseTo(1.5 * whole, 0);
    await page.keyboard.press("0");
    await expect.poll(width).toBe(whole);
    await page.keyboard.press("Escape");
    await large.waitFor({ state: "detached" });
  });

  it("keeps a message that could not be sent, and sends it again", async () => {
    const { page } = await openChat();
    await page.route(
      "**/chat/send",
      (route) =>
        route.fulfill({
          status: 500,
          json: { error: { code: "internal_error", message: "", request_id: "req-7" } },
        }),
      { times: 1 },
    );
    await send(page, "重要的话");
    await page.getByText("没有发送成功").waitFor();
    await expect.poll(() => page.getByRole("alert").innerText()).toContain("req-7");
    await page.getByRole("button", { name: "重试" }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => page.locator(questions).count()).toBe(1);
    await expect.poll(() => lastReply(page).innerText()).toContain("重要的话");
  });

  it("shows errors of the model in the user's language", async () => {
    const { page } = await openChat();
    await scriptReply([], { status: 401, error: { message: "bad key", type: "x", code: "invalid_api_key" } });
    await send(page, "你好");
    await page.getByText("模型服务拒绝了 API 密钥").waitFor();
    await page.getByRole("button", { name: "重试" }).click();
    await lastReply(page).waitFor();
  });

  it("edits a question into another branch", async () => {
    const { page } = await openChat();
    await send(page, "一加一");
    await lastReply(page).waitFor();
    await page.locator(questions).hover();
    await page.getByRole("button", { name: "编辑消息" }).click();
    await page.getByRole("textbox", { name: "编辑消息" }).fill("二加二");
    await page.getByRole("button", { name: "发送修改" }).click();
    await expect.poll(() => replies(page).last().innerText()).toContain("二加二");
    await lastReply(page).waitFor();
    await expect.poll(() => page.locator(questions).innerText()).toContain("2/2");
    await page.locator(questions).hover();
    await page.getByRole("button", { name: "上一个版本" }).click();
    await expect.poll(() => replies(page).last().innerText()).toContain("一加一");
  });
});
