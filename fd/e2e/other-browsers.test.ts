// The main flows in Firefox and WebKit; Chromium runs every other test.
import { afterEach, describe, expect, it } from "vitest";
import { modelRequests, openGate, scriptReply, stack } from "./browser";
import { DrivenPage, ENGINES, isInstalled, KEYS } from "./webdriver";

const COMPOSER = "form textarea";
const LAST_REPLY = "article[data-role=assistant]:last-of-type";
const PASSWORD = "correct-horse-1";

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function createAccount(): Promise<string> {
  const email = `user-${Date.now()}-${Math.random()}@example.com`;
  const response = await fetch(`${stack().spaUrl}/api/user/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, username: "测试", password: PASSWORD }),
  });
  expect(response.status).toBe(201);
  return email;
}

const statusOfLast = (page: DrivenPage, status: string) =>
  page.waitFor(
    ([selector, wanted]) => document.querySelector<HTMLElement>(selector)?.dataset.status === wanted,
    [LAST_REPLY, status] as const,
  );
const textOfLast = (page: DrivenPage) =>
  page.evaluate((selector) => document.querySelector(selector)?.textContent ?? "", LAST_REPLY);
/** The text of the focused field after keys in it that belong to an input method, as Firefox and as Safari report them. */
const textAfterInputMethod = (page: DrivenPage) =>
  page.evaluate(() => {
    const field = document.activeElement as HTMLInputElement | HTMLTextAreaElement;
    for (const key of ["Enter", "Escape"])
      for (const isComposing of [true, false])
        field.dispatchEvent(
          new KeyboardEvent("keydown", { key, keyCode: 229, isComposing, bubbles: true, cancelable: true }),
        );
    return field.isConnected ? field.value : "closed";
  });
/** The button with this name in messages of the role. */
const button = (role: string, name: string) => `article[data-role=${role}] button[aria-label="${name}"]`;

describe.each(ENGINES)("$name", (engine) => {
  const installed = isInstalled(engine);
  const title = installed ? "runs the main flows" : `is not tested: install ${engine.packages}`;
  it.skipIf(!installed)(title, { timeout: 240_000 }, async () => {
    const connection = await engine.connect();
    close = () => connection.close();
    const page = new DrivenPage(connection);
    const email = await createAccount();
    await page.resize(1280, 800);
    await page.open(stack().spaUrl);
    await page.evaluate(() => localStorage.setItem("language", "zh-CN"));
    await page.open(stack().spaUrl);

    // Log in.
    await page.click("input[type=email]");
    await page.type(email);
    await page.click("input[type=password]");
    await page.type(`${PASSWORD}${KEYS.enter}`);
    await page.waitFor((selector) => document.querySelector(selector) !== null, `${COMPOSER}:enabled`);

    // An Enter that belongs to an input method sends nothing.
    await page.click(COMPOSER);
    await page.type("你好");
    expect(await textAfterInputMethod(page)).toBe("你好");

    // Send, stream, stop. The first answer is the title's or the reply's.
    await scriptReply([{ delta: "一" }, { gate: "first" }, { delta: "二" }]);
    await scriptReply([{ delta: "一" }, { gate: "first" }, { delta: "二" }]);
    await page.type(KEYS.enter);
    await page.waitFor(
      (selector) => document.querySelector(selector)?.textContent?.includes("一"),
      LAST_REPLY,
    );
    await page.click('button[aria-label="停止生成"]');
    await statusOfLast(page, "stopped");
    expect(await textOfLast(page)).not.toContain("二");
    await openGate("first");
    // The next answer is for the reply only when the title has had its own.
    await page.waitFor(
      (title) => [...document.querySelectorAll("a")].some(({ textContent }) => textContent?.includes(title)),
      "一二",
    );

    // A reply with Markdown, copied and pasted into the field.
    await page.click(COMPOSER);
    await scriptReply([{ delta: "这是**粗体**。" }]);
    await page.type(`格式${KEYS.enter}`);
    await page.waitFor(() => document.querySelector("article strong") !== null);
    await statusOfLast(page, "completed");
    // The page shows that for two seconds only.
    await page.evaluate(
      (selector) => {
        const check = () => {
          if (document.querySelector(selector)) document.body.dataset.copied = "";
        };
        const changes = { subtree: true, childList: true, attributeFilter: ["aria-label"] };
        new MutationObserver(check).observe(document.body, changes);
      },
      button("assistant", "已复制"),
    );
    await page.click(button("assistant", "复制"));
    await page.waitFor(() => document.body.dataset.copied === "");
    await page.click(COMPOSER);
    await page.pressWithControl("v");
    await page.waitFor(
      (selector) => document.querySelector<HTMLTextAreaElement>(selector)?.value === "这是**粗体**。",
      COMPOSER,
    );
    await page.pressWithControl("a");
    await page.type(KEYS.delete);

    // Edit.
    await page.click(button("user", "编辑消息"));
    await scriptReply([{ delta: "改过了。" }]);
    await page.type("更多");
    expect(await textAfterInputMethod(page)).toBe("格式更多");
    await page.click("article form button[type=submit]");
    await page.waitFor(
      (selector) => document.querySelector(selector)?.textContent?.includes("改过了"),
      LAST_REPLY,
    );
    expect(await page.evaluate(() => document.body.innerText)).toContain("2/2");
    expect((await modelRequests()).at(-1)?.body.messages.at(-1)?.content).toBe("格式更多");

    // The other fields: the title and the search.
    await page.click('header button[aria-label^="重命名"]');
    await page.waitFor(() => document.activeElement?.matches('input[aria-label="对话标题"]'));
    await page.pressWithControl("a");
    await page.type("新标题");
    expect(await textAfterInputMethod(page)).toBe("新标题");
    await page.type(KEYS.enter);
    await page.waitFor(() => document.querySelector("aside nav")?.textContent?.includes("新标题"));
    await page.click("#conversation-search");
    await page.type("快排");
    expect(await textAfterInputMethod(page)).toBe("快排");

    // The drawer of a phone.
    await page.resize(500, 900);
    await page.click('button[aria-label="打开侧边栏"]');
    await page.click('aside a[href="#/"]');
    await page.waitFor(() => !document.querySelector("aside"));
  });
});
