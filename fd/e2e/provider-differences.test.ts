// Provider differences in the browser: words of a refusal, waits for a busy provider, sources, and the start of the
// context that the model was given.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  lastReply,
  modelRequests,
  openChat,
  openGate,
  type openPage,
  scriptReply,
  send,
  stack,
  webSocketOpened,
} from "./browser";

/** A page whose new chats use a model of the user's own, with these parameters. */
async function openWithOwnModel(
  locale: "zh-CN" | "en",
  params: object = {},
  options: Parameters<typeof openPage>[0] = {},
): Promise<Page> {
  const { page, post } = await openChat({ locale, ...options });
  await post("/model_config/create", {
    name: "Own",
    base_url: `${stack().providerUrl}/v1`,
    model: "own-model",
    api_key: "sk-test-12345678",
    params,
  });
  await page.reload(); // It was added through the API.
  await page.getByRole("button", { name: /^(选择模型|Choose a model)/ }).click();
  await page.getByRole("menuitemradio", { name: /Own/ }).click();
  return page;
}

const limited = (seconds: string, message = "Rate limit reached for own-model.") => ({
  status: 429,
  headers: { "Retry-After": seconds },
  error: { message, type: "requests", code: "rate_limit_exceeded" },
});

describe.each([
  ["zh-CN", { title: "回复失败", again: /秒钟后可以重试/, retry: "重试" }],
  ["en", { title: "The reply failed", again: /Try again in \d+ seconds/, retry: "Retry" }],
] as const)("a refusal, in %s", (locale, words) => {
  it("is a sentence, the provider's words, its status and when to try again, also after a reload", async () => {
    const page = await openWithOwnModel(locale);
    await scriptReply([], limited("60"));
    await send(page, "Hello");
    const failed = lastReply(page, "failed");
    await failed.waitFor();
    await failed.getByText(words.title).waitFor();
    await expect
      .poll(() => failed.getByRole("blockquote").innerText())
      .toBe("Rate limit reached for own-model.");
    await expect.poll(() => failed.getByRole("timer").innerText()).toMatch(words.again);
    await expect.poll(() => failed.innerText()).toContain("HTTP 429");
    await page.reload();
    await failed.waitFor();
    await expect
      .poll(() => failed.getByRole("blockquote").innerText())
      .toBe("Rate limit reached for own-model.");
    await expect.poll(() => failed.innerText()).toContain("HTTP 429");
    await failed.getByRole("button", { name: words.retry }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("Hello");
  });
});

describe("a reply", () => {
  it.each(["sse", "websocket"] as const)(
    "over %s shows the wait for a busy provider, until that answers",
    async (transport) => {
      const page = await openWithOwnModel("zh-CN");
      await page.evaluate((chosen) => {
        const stored = JSON.parse(localStorage.getItem("preferences") ?? "{}") as { state: object };
        const state = { ...stored.state, transport: chosen };
        localStorage.setItem("preferences", JSON.stringify({ ...stored, state }));
      }, transport);
      await page.goto("about:blank");
      const opened = webSocketOpened(page);
      await page.goto("/#/");
      await opened;
      const streams: string[] = [];
      page.on("request", (request) => {
        if (request.url().includes("/chat/send")) streams.push(request.url());
      });
      // Longer than a stalled machine needs to show it.
      await scriptReply([], limited("9"));
      await scriptReply([{ gate: "answer" }, { delta: "不忙了。" }]);
      await send(page, "忙吗？");
      await page.getByText(/正在等待服务商（429），\d+ 秒后重试/).waitFor();
      await expect.poll(async () => (await modelRequests()).length).toBe(2);
      await openGate("answer");
      await lastReply(page).waitFor();
      await expect.poll(() => lastReply(page).innerText()).toContain("不忙了。");
      expect(await page.getByText(/正在等待服务商/).count()).toBe(0);
      expect(streams).toHaveLength(transport === "sse" ? 1 : 0);
    },
  );

  it("that broke off can be continued", async () => {
    const page = await openWithOwnModel("en");
    await scriptReply([
      { delta: "The first half, " },
      { error: { message: "Upstream overloaded", type: "server_error", code: "server_error" } },
    ]);
    await send(page, "Hello");
    const failed = lastReply(page, "failed");
    await failed.waitFor();
    await expect.poll(() => failed.getByRole("blockquote").innerText()).toBe("Upstream overloaded");
    await scriptReply([{ delta: "the second half." }]);
    await failed.getByRole("button", { name: "Continue" }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("The first half, the second half.");
  });

  it("without a word says so", async () => {
    const page = await openWithOwnModel("en");
    await scriptReply([{ finish_reason: "content_filter" }]);
    await send(page, "Hello");
    await lastReply(page, "failed").waitFor();
    await expect
      .poll(() => lastReply(page, "failed").innerText())
      .toContain("content filter removed the reply");
  });

  it("lists the sources that its provider found, with cached and reasoning tokens, on a phone too", async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const page = await openWithOwnModel("en", {}, phone);
    const usage = {
      prompt_tokens: 1200,
      completion_tokens: 30,
      prompt_tokens_details: { cached_tokens: 1024 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    const found = {
      search_results: [
        {
          title: "April in Rome: averages by month, rainfall, and what to pack",
          url: "https://www.a.example/rome",
        },
        { title: "Not a page", url: "javascript:alert(1)" },
        { title: "Rainfall", url: "https://b.example/rain" },
      ],
      choices: [{ index: 0, delta: { content: "" }, finish_reason: null }],
    };
    await scriptReply([
      { raw: `data: ${JSON.stringify(found)}\n\n` },
      { delta: "About 15 °C [1], rain on nine days [2]." },
      { usage: null },
      { finish_reason: "stop" },
      { raw: `data: ${JSON.stringify({ choices: [], usage })}\n\n` },
    ]);
    await send(page, "April in Rome?");
    await lastReply(page).waitFor();
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      const sources = lastReply(page).getByRole("region", { name: "Sources" });
      await sources.waitFor();
      const addresses = await sources
        .getByRole("link")
        .evaluateAll((links) => links.map((a) => (a as HTMLAnchorElement).href));
      expect(addresses).toEqual(["https://www.a.example/rome", "https://b.example/rain"]);
      await lastReply(page).getByRole("button", { name: "Details of the reply" }).click();
      const details = page.getByRole("dialog", { name: "Details of the reply" });
      await details.getByText("1,200 (1,024 cached)").waitFor();
      await details.getByText("30 (20 reasoning)").waitFor();
    }
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(sideways).toBe(false);
  });

  it("has a line above the first message that its model was given", async () => {
    const page = await openWithOwnModel("zh-CN", { context_messages: 3 });
    for (const question of ["第一问", "第二问", "第三问"]) {
      await send(page, question);
      await lastReply(page).filter({ hasText: question }).waitFor();
    }
    const line = page.getByText("模型收到的消息从这里开始");
    await line.waitFor();
    await expect.poll(() => line.count()).toBe(1);
    const below = page.locator("article").filter({ has: line });
    const given = (await modelRequests()).at(-1)?.body.messages ?? [];
    await expect.poll(() => below.innerText()).toContain(given[0]?.content as string);
  });
});
