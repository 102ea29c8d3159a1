// Stored XSS: text that tries to become markup, in every place that shows foreign text, in the production build with its
// content security policy. Violations of the policy by our own code fail the test, too (see browser.ts).
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  expectComplaints,
  lastReply,
  openChat,
  openPage,
  registerAccount,
  scriptReply,
  send,
  stack,
} from "./browser";

const RUN = "window.hacked=1";
const TRACKER = "https://tracker.example/pixel.png";
const TAGS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="${TRACKER}">`,
  `<svg onload="${RUN}"><a xlink:href="javascript:${RUN}"><text>x</text></a></svg>`,
  `<math><mtext><img src=x onerror="${RUN}"></mtext></math>`,
  `<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>`,
  `<object data="javascript:${RUN}"></object><embed src="javascript:${RUN}">`,
  `<details open ontoggle="${RUN}">x</details>`,
  `<form action="https://tracker.example/"><button formaction="javascript:${RUN}">x</button></form>`,
  `<style>@import "https://tracker.example/a.css";</style>`,
  `<link rel="stylesheet" href="https://tracker.example/a.css">`,
  `<base href="https://tracker.example/">`,
  `<meta http-equiv="refresh" content="0;url=https://tracker.example/">`,
  `<noscript><p title="</noscript><img src=x onerror='${RUN}'>">`,
  `"><img src=x onerror=${RUN}>`,
  `{{constructor.constructor("${RUN}")()}}`,
  "\u202Egnp.live\u202C\u2066",
];
const MARKDOWN = [
  ...TAGS,
  `[click](javascript:${RUN})`,
  `[click](JaVaScRiPt:${RUN})`,
  `[click](&#106;avascript:${RUN})`,
  `[click](java&Tab;script:${RUN})`,
  `[click](<javascript:${RUN}>)`,
  `[click](\u0001javascript:${RUN})`,
  `[click](vbscript:${RUN})`,
  `[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
  `[click](blob:https://tracker.example/1)`,
  `[click](file:///etc/passwd)`,
  `[click](https://example.com "onmouseover=${RUN}")`,
  `<javascript:${RUN}>`,
  `[click][reference]\n\n[reference]: javascript:${RUN}`,
  `![image](${TRACKER})`,
  "![image](//tracker.example/pixel.png)",
  `![image](javascript:${RUN})`,
  `![image](x" onerror="${RUN})`,
  `[![image](${TRACKER})](javascript:${RUN})`,
  `$\\href{javascript:${RUN}}{x}$ $\\url{javascript:${RUN}}$`,
  `$\\htmlData{onclick=${RUN}}{x}$ $\\htmlStyle{background:url(${TRACKER})}{x}$`,
  `$$\\includegraphics{${TRACKER}}$$`,
  `\`<img src=x onerror=${RUN}>\``,
  `\`\`\`html"><img src=x onerror=${RUN}>\n<script>${RUN}</script>\n\`\`\``,
  `| a | b |\n|---|---|\n| <img src=x onerror=${RUN}> | ![image](${TRACKER}) |`,
].join("\n\n");
const ONE_LINE = `<img src=x onerror=${RUN}>`;

/** A page that records forbidden effects. */
async function watchedPage() {
  const { page, post } = await openChat();
  const happened: string[] = [];
  const own = new Set(["localhost", "127.0.0.1"]);
  page.on("dialog", (dialog) => {
    happened.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith("http") && !own.has(hostname)) happened.push(`request: ${request.url()}`);
  });
  page.on("popup", () => happened.push("a window was opened"));
  return { page, happened, post };
}

async function expectHarmless(page: Page, happened: string[], shown: Locator): Promise<void> {
  const inert =
    "script, iframe, object, embed, form[action], [formaction], style, link, base, meta, details, noscript";
  expect(await shown.locator(inert).count()).toBe(0);
  const found = await shown.evaluate((element) => {
    const all = [...element.querySelectorAll("*")];
    const foreign = (url: string) => new URL(url).origin !== location.origin;
    const links = [...element.querySelectorAll<HTMLAnchorElement>("a[href]")].map((link) => link.href);
    return {
      handlers: all.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on"))),
      protocols: links.filter(foreign).map((link) => new URL(link).protocol),
      images: [...element.querySelectorAll("img")].map((image) => image.src).filter(foreign),
      backgrounds: all
        .map((one) => one.getAttribute("style") ?? "")
        .filter((style) => style.includes("url(")),
    };
  });
  expect(found.handlers).toEqual([]);
  expect(new Set([...found.protocols, "https:"])).toEqual(new Set(["https:"]));
  expect(found.images).toEqual([]);
  expect(found.backgrounds).toEqual([]);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  expect(new URL(page.url()).origin).toBe(stack().spaUrl);
  expect(happened).toEqual([]);
}

describe("hostile text", () => {
  it("does nothing in the preview of HTML", async () => {
    // Requests that the frame's policy blocks.
    expectComplaints(/Content Security Policy|sandboxed|Refused|Blocked/);
    const { page, happened } = await watchedPage();
    const blocked: string[] = [];
    page.on("requestfailed", (request) => blocked.push(`request: ${request.url()}`));
    const html = [
      ...TAGS,
      `<script src="${TRACKER}"></script>`,
      `<img srcset="${TRACKER} 2x"><video src="${TRACKER}" autoplay></video>`,
      `<link rel="prefetch" href="${TRACKER}"><link rel="dns-prefetch" href="${TRACKER}">`,
      `<iframe src="${TRACKER}"></iframe><frameset><frame src="${TRACKER}"></frameset>`,
      `<p style="background: url(${TRACKER})" onclick="${RUN}">Shown at the end</p>`,
      `<a href="${TRACKER}" target="_top">Leave</a> <a href="javascript:top.${RUN}">Run</a>`,
    ].join("\n");
    await scriptReply([{ delta: `\`\`\`html\n${html}\n\`\`\`\n` }]);
    await send(page, "?");
    await lastReply(page).getByRole("button", { name: "显示预览" }).click();
    const preview = lastReply(page).frameLocator("iframe");
    for (const text of ["Shown at the end", "Leave", "Run"]) await preview.getByText(text).last().click();
    await preview.getByText("Shown at the end").waitFor();
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    const frame = page.frames().find((one) => one.url().endsWith("/diagram.html"));
    expect(await frame?.evaluate(() => "hacked" in window)).toBe(false);
    const reachesStorage = await frame?.evaluate(() => {
      try {
        return window.localStorage !== null;
      } catch {
        return false;
      }
    });
    expect(reachesStorage).toBe(false);
    expect(new URL(page.url()).origin).toBe(stack().spaUrl);
    expect(happened.filter((one) => !blocked.includes(one))).toEqual([]);
  });

  it("stays text in messages, replies, reasoning and a model's errors, live and after a reload", async () => {
    const { page, happened } = await watchedPage();
    await scriptReply([
      { reasoning: MARKDOWN, name: "reasoning_content" },
      ...MARKDOWN.split(/(?<=\n\n)/).map((delta) => ({ delta })),
    ]);
    await send(page, MARKDOWN);
    await lastReply(page).waitFor();
    await scriptReply([], { status: 400, error: { message: MARKDOWN, type: "x", code: "x" } });
    await send(page, "Fail");
    await lastReply(page, "failed").waitFor();
    const messages = page.locator("article[data-role]");
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      await lastReply(page, "failed").waitFor();
      // Away from the screen, where there is no `innerText`.
      await expect.poll(() => messages.first().textContent()).toContain(`<script>${RUN}</script>`);
      await expect
        .poll(() => lastReply(page).locator("pre").innerText())
        .toContain(`<script>${RUN}</script>`);
      const folded = lastReply(page).locator("button[aria-expanded=false]:not([aria-haspopup])");
      while ((await folded.count()) > 0) await folded.first().click();
      for (let index = 0; index < (await messages.count()); index += 1)
        await expectHarmless(page, happened, messages.nth(index));
    }
  });

  it("stays text in titles, names of models and people, and the document's title", async () => {
    const { page, happened, post } = await watchedPage();
    const config = { base_url: "http://localhost:1/v1", api_key: "none" };
    for (const text of TAGS.slice(0, 4))
      await post("/model_config/create", { ...config, name: text.slice(0, 100), model: text });
    for (const title of TAGS) {
      const { id } = await post("/conversation/create", {});
      await post("/conversation/update", { id, title });
    }
    await post("/user/me/username", { username: ONE_LINE });
    await page.reload();
    const row = page.getByRole("link", { name: ONE_LINE.slice(0, 8) }).first();
    await row.waitFor();
    await row.click();
    await expect.poll(() => page.title()).toContain("<img");
    await page.getByText(ONE_LINE, { exact: true }).first().waitFor();
    await expectHarmless(page, happened, page.locator("body"));
    for (const address of ["/#/settings/models", "/#/settings/profile"]) {
      await page.goto(address);
      await page.reload();
      await page.locator("main").waitFor();
      await expectHarmless(page, happened, page.locator("body"));
    }
  });

  it("stays text in the name of a file, which is not uploaded", async () => {
    const { page, happened } = await watchedPage();
    const sent: string[] = [];
    page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await page.locator("input[type=file]").setInputFiles({
      name: `../../"><img src=x onerror=${RUN}>.png`,
      mimeType: "image/png",
      buffer: Buffer.from(png, "base64"),
    });
    await scriptReply([{ delta: "Seen." }]);
    await send(page, "Look");
    await lastReply(page).waitFor();
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    expect(sent.filter((request) => request.includes("onerror"))).toEqual([]);
    expect(happened).toEqual([]);
  });

  it("cannot redirect the login page to another site", async () => {
    const page = await openPage();
    for (const address of [
      "/#/login?next=https://tracker.example/",
      "/#//tracker.example/login",
      `/#/javascript:${RUN}`,
      "/?redirect=https://tracker.example/#/login",
    ]) {
      await page.goto(address);
      await page.reload();
      await page.locator("input[type=email]").waitFor();
      expect(new URL(page.url()).origin).toBe(stack().spaUrl);
    }
    await registerAccount(page);
    expect(new URL(page.url()).origin).toBe(stack().spaUrl);
    expect(await page.context().cookies()).toEqual([]);
  });
});
