import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  ask,
  composer,
  lastReply,
  logIn,
  modelRequests,
  openChat,
  replies,
  scriptReply,
  send,
} from "./browser";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

interface Content {
  text?: string;
  html?: string;
  /** The name of a PNG image. */
  image?: string;
}

/** Pastes into the focused element, or drops onto the page. */
async function transfer(page: Page, how: "paste" | "drop" | "drag", content: Content): Promise<void> {
  await page.evaluate(
    ([kind, { text, html, image }]) => {
      const data = new DataTransfer();
      if (text !== undefined) data.setData("text/plain", text);
      if (html !== undefined) data.setData("text/html", html);
      if (image !== undefined) data.items.add(new File([new Uint8Array(8)], image, { type: "image/png" }));
      const options = { bubbles: true, cancelable: true };
      if (kind === "paste") {
        const event = new ClipboardEvent("paste", { ...options, clipboardData: data });
        const isHandled = !document.activeElement?.dispatchEvent(event);
        // The browser's own paste, which a synthetic event has not.
        if (!isHandled && text !== undefined) document.execCommand("insertText", false, text);
        return;
      }
      const article = document.querySelector("main") ?? document.body;
      for (const type of kind === "drop" ? ["dragover", "drop"] : ["dragover"])
        article.dispatchEvent(new DragEvent(type, { ...options, dataTransfer: data }));
    },
    [how, content] as const,
  );
}

const value = (page: Page) => composer(page).inputValue();
const thumbnails = (page: Page) => page.locator("form li img");
const folded = (page: Page) => page.locator("form").getByRole("button", { name: /^粘贴的文字/ });
const questions = (page: Page) => page.locator("article[data-role=user]");

describe("what is pasted", () => {
  it("is text where there is text: cells of a spreadsheet become a table, and no picture", async () => {
    const { page } = await openChat();
    await composer(page).focus();
    await transfer(page, "paste", {
      text: "A\tB\n1\t2",
      html: "<table><tr><td>A</td><td>B</td></tr><tr><td>1</td><td>2</td></tr></table>",
      image: "cells.png",
    });
    await expect.poll(() => value(page)).toBe("| A | B |\n| --- | --- |\n| 1 | 2 |");
    expect(await thumbnails(page).count()).toBe(0);
    await page.keyboard.press("Control+z");
    expect(await value(page)).toBe("");

    await transfer(page, "paste", { text: "A\tB", html: "<span>A&#9;B</span>", image: "cells.png" });
    await expect.poll(() => value(page)).toBe("A\tB");
    expect(await thumbnails(page).count()).toBe(0);
  });

  it("keeps its structure as Markdown, at the caret", async () => {
    const { page } = await openChat();
    await composer(page).fill("前后");
    await page.keyboard.press("ArrowLeft");
    await transfer(page, "paste", {
      text: "Title a link",
      html: '<h2>Title</h2><ul><li>a <a href="https://a.example/">link</a></li></ul>',
    });
    await expect.poll(() => value(page)).toBe("前## Title\n\n- a [link](https://a.example/)后");
  });

  it("is plain text when the converter cannot be loaded", async () => {
    const { page } = await openChat();
    await page.route("**/assets/rich-text-*.js", (route) => route.fulfill({ status: 404 }));
    await composer(page).focus();
    await transfer(page, "paste", { text: "bold", html: "<b>bold</b>" });
    await expect.poll(() => value(page)).toBe("bold");
  });

  it("is an image where there is no text", async () => {
    const { page } = await openChat();
    await composer(page).focus();
    await transfer(page, "paste", { html: '<img src="https://a.example/p.png">', image: "picture.png" });
    await expect.poll(() => thumbnails(page).count()).toBe(1);
    expect(await value(page)).toBe("");
  });

  it("is folded if it is long, can be edited and removed, and is sent as text", async () => {
    const { page } = await openChat();
    await composer(page).fill("总结一下");
    const long = `${"长".repeat(8000)}完`;
    await transfer(page, "paste", { text: long });
    await transfer(page, "paste", { text: `${long}二` });
    await expect.poll(() => folded(page).count()).toBe(2);
    expect(await value(page)).toBe("总结一下");
    await page.getByRole("button", { name: "移除粘贴的文字" }).last().click();
    await folded(page).click();
    await page.getByRole("textbox", { name: "编辑粘贴的文字" }).fill(`${long}改`);
    await composer(page).press("Enter");
    await lastReply(page).waitFor();
    expect(await folded(page).count()).toBe(0);
    const [request] = await modelRequests();
    expect(request?.body.messages.at(-1)?.content).toBe(`${long}改\n\n总结一下`);
  });

  it("stays folded over a reload, and is sent once", async () => {
    const { page } = await openChat();
    await composer(page).fill("看");
    await transfer(page, "paste", { text: "长".repeat(8001) });
    await folded(page).waitFor();
    await page.reload();
    await expect.poll(() => value(page)).toBe("看");
    await folded(page).waitFor();
    await scriptReply([{ delta: "好" }]);
    await send(page, "看这个");
    await lastReply(page).waitFor();
    const { body } = (await modelRequests()).at(-1) ?? {};
    expect(body?.messages.at(-1)?.content).toBe(`${"长".repeat(8001)}\n\n看这个`);
    await page.reload();
    await composer(page).waitFor();
    expect(await folded(page).count()).toBe(0);
  });
});

describe("what is dragged over the page", () => {
  it("has a sign over the whole page, and becomes text or an image wherever it is dropped", async () => {
    const { page } = await openChat();
    await transfer(page, "drag", { image: "picture.png" });
    const sign = page.getByText("松开以添加图片和文件");
    await sign.waitFor();
    expect(await sign.boundingBox()).toMatchObject({ width: expect.closeTo(1280, -2) });
    await transfer(page, "drop", { image: "picture.png" });
    await expect.poll(() => thumbnails(page).count()).toBe(1);
    expect(await sign.count()).toBe(0);

    await transfer(page, "drag", { text: "一句话" });
    await page.getByText("松开以插入文字").waitFor();
    await transfer(page, "drop", { text: "一句话", html: "<b>一句话</b>" });
    await expect.poll(() => value(page)).toBe("**一句话**");
  });
});

describe("the keyboard", () => {
  it("types into the composer from anywhere but other fields, dialogs and shortcuts", async () => {
    const { page } = await openChat();
    await ask(page, "问题", [{ delta: "好" }]);
    await lastReply(page).getByText("好").click();
    await page.keyboard.type("ab c");
    expect(await value(page)).toBe("ab c");
    await page.getByRole("button", { name: "复制" }).last().click();
    await page.keyboard.type("d");
    expect(await value(page)).toBe("ab cd");
    // Pasted there, too.
    await lastReply(page).getByText("好").click();
    await transfer(page, "paste", { text: "e" });
    await expect.poll(() => value(page)).toBe("ab cde");

    await lastReply(page).getByText("好").click();
    await page.keyboard.press("Control+b");
    await page.keyboard.press("Alt+b");
    const search = page.getByRole("searchbox");
    await search.focus();
    await page.keyboard.type("x");
    await expect.poll(() => search.inputValue()).toBe("x");
    await search.fill("");
    await lastReply(page).getByText("好").click();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "键盘快捷键" }).waitFor();
    await page.keyboard.type("y");
    expect(await value(page)).toBe("ab cde");
  });

  it("edits the last message with the up arrow in the empty composer", async () => {
    const { page } = await openChat();
    await ask(page, "问题", [{ delta: "一" }]);
    await ask(page, "问题", [{ delta: "二" }]);
    await composer(page).fill("字");
    await page.keyboard.press("ArrowUp");
    expect(await page.getByRole("textbox", { name: "编辑消息" }).count()).toBe(0);
    await composer(page).fill("");
    await page.keyboard.press("ArrowUp");
    const editor = questions(page).last().getByRole("textbox", { name: "编辑消息" });
    await editor.waitFor();
    expect(await editor.evaluate((element) => element === document.activeElement)).toBe(true);
    await editor.fill("改过");
    await page.keyboard.press("Enter");
    await expect.poll(() => questions(page).last().innerText()).toContain("改过");
    await lastReply(page).waitFor();
    await expect.poll(() => questions(page).count()).toBe(2);
  });

  it("starts a new line with Enter on a touch screen, where the button sends", async () => {
    const { page } = await openChat(PHONE);
    await composer(page).fill("一");
    await composer(page).press("Enter");
    await composer(page).pressSequentially("二");
    expect(await value(page)).toBe("一\n二");
    await page.getByRole("button", { name: "发送", exact: true }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => questions(page).innerText()).toContain("一\n二");
  });
});

describe("selected text of a message", () => {
  /** Selects an element's content, with the events of a mouse. */
  const select = (page: Page, selector: string) =>
    page.locator(selector).evaluate((element) => document.getSelection()?.selectAllChildren(element));

  it("is quoted by the button beside it, with its formatting", async () => {
    const { page } = await openChat();
    await ask(page, "问题", [{ delta: "前一段\n\n- 甲 **重点**\n- 乙" }]);
    await composer(page).fill("我问");
    await select(page, "article[data-role=assistant] ul");
    const button = page.getByRole("button", { name: "引用" });
    const box = await button.boundingBox();
    const list = await page.locator("article[data-role=assistant] ul").boundingBox();
    expect(Math.abs((box?.y ?? 0) - ((list?.y ?? 0) + (list?.height ?? 0)))).toBeLessThan(60);
    await button.click();
    await expect.poll(() => value(page)).toBe("我问\n\n> - 甲 **重点**\n> - 乙\n\n");
    expect(await composer(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type("为什么");
    expect(await value(page)).toMatch(/乙\n\n为什么$/);
    expect(await button.count()).toBe(0);
  });

  it("is quoted by touch and by keyboard", async () => {
    const { page } = await openChat(PHONE);
    await scriptReply([{ delta: "一段话" }]);
    await composer(page).fill("问题");
    await page.getByRole("button", { name: "发送", exact: true }).tap();
    await lastReply(page).waitFor();
    await select(page, "article[data-role=assistant] p");
    await page.getByRole("button", { name: "引用" }).tap();
    await expect.poll(() => value(page)).toBe("> 一段话\n\n");
    await composer(page).fill("");
    await select(page, "article[data-role=assistant] p");
    await page.getByRole("button", { name: "引用" }).waitFor();
    await page.keyboard.press("Control+Shift+Period");
    await expect.poll(() => value(page)).toBe("> 一段话\n\n");
  });

  it("outside of messages has no button", async () => {
    const { page } = await openChat();
    await ask(page, "问题", [{ delta: "好" }]);
    await select(page, "header h1");
    await page.evaluate(() => new Promise(requestAnimationFrame));
    expect(await page.getByRole("button", { name: "引用" }).count()).toBe(0);
  });
});

describe("the copy button", () => {
  /** What a paste inserts. */
  async function clipboard(page: Page): Promise<string> {
    await composer(page).fill("");
    await composer(page).focus();
    await page.keyboard.press("Control+v");
    return value(page);
  }

  it.each([
    [
      "without the clipboard of secure contexts",
      () => Reflect.deleteProperty(Navigator.prototype, "clipboard"),
    ],
    [
      "when the browser denies it",
      () => {
        Clipboard.prototype.writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
      },
    ],
  ])("copies %s", async (_name, prepare) => {
    const { page } = await openChat({ prepare: (page) => page.addInitScript(prepare) });
    await ask(page, "问题", [{ delta: "回答\n\n```js\nlet a;\n```" }]);
    const copies = replies(page).getByRole("button", { name: "复制" });
    const shown = replies(page).getByRole("button", { name: "已复制" });
    await Promise.all([shown.waitFor(), copies.last().click()]);
    expect(await clipboard(page)).toBe("回答\n\n```js\nlet a;\n```");
    await page.locator("figure").getByRole("button", { name: "复制" }).click();
    expect(await clipboard(page)).toBe("let a;");
  });

  it("shows that it cannot copy", async () => {
    const { page } = await openChat({
      prepare: (page) =>
        page.addInitScript(() => {
          Reflect.deleteProperty(Navigator.prototype, "clipboard");
          document.execCommand = () => false;
        }),
    });
    await ask(page, "问题", [{ delta: "回答" }]);
    await replies(page).getByRole("button", { name: "复制" }).last().click();
    await page.getByRole("alert").filter({ hasText: "浏览器不允许复制" }).waitFor();
  });
});

describe("a draft", () => {
  it("is removed when its user logs out", async () => {
    const account = await openChat();
    const { page } = account;
    await composer(page).fill("私事");
    await page.getByRole("button", { name: "测试" }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await page.locator("input[type=email]").waitFor();
    expect(await page.evaluate(() => Object.values({ ...localStorage }).join())).not.toContain("私事");
    await logIn(page, account.email, account.password);
    expect(await value(page)).toBe("");
  });
});
