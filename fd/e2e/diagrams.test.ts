import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  expectComplaints,
  lastReply,
  openGate,
  openPage,
  registerAccount,
  replies,
  scriptReply,
  send,
} from "./browser";

const FLOW = `flowchart TD
  accTitle: 一次请求的路径
  A[浏览器] --> B{已登录?}
  B -- 是 --> C[函数]
  B -- 否 --> D[登录页]
  C --> E[(数据库)]`;

const fence = (source: string) => `\`\`\`mermaid\n${source}\n\`\`\`\n`;

async function openConversation(options = {}): Promise<Page> {
  const page = await openPage(options);
  await page.route("**/conversation/generate_title", (route) => route.abort());
  await page.addInitScript(() => {
    // The policy lets no script read an address of a blob.
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob: Blob) => {
      const url = create(blob);
      void blob.text().then((text) => sessionStorage.setItem(url, text));
      return url;
    };
  });
  await registerAccount(page);
  return page;
}

async function receive(page: Page, text: string): Promise<Locator> {
  await scriptReply([{ delta: text }]);
  await send(page, "画一张图");
  await lastReply(page).waitFor();
  await lastReply(page).getByRole("button", { name: "显示图表" }).first().waitFor();
  return lastReply(page);
}

const show = (reply: Locator) => reply.getByRole("button", { name: "显示图表" }).first().click();

/** The SVG of a drawing, once the browser has decoded it. */
async function svgOf(image: Locator): Promise<string> {
  await expect
    .poll(() => image.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth))
    .toBeGreaterThan(10);
  return image.evaluate((element: HTMLImageElement) => sessionStorage.getItem(element.src) ?? "");
}

describe("a diagram", () => {
  it("is source while it comes in, then drawn when it is asked for, and no part of the page", async () => {
    const page = await openConversation();
    const scripts: string[] = [];
    page.on("request", (request) => {
      if (request.resourceType() === "script") scripts.push(request.url());
    });
    await scriptReply([{ delta: `\`\`\`mermaid\n${FLOW}\n` }, { gate: "end" }, { delta: "```\n就是这样。" }]);
    await send(page, "画一张图");
    const reply = replies(page).last();
    await reply.locator("pre").filter({ hasText: "数据库" }).waitFor();
    expect(await reply.getByRole("button", { name: "显示图表" }).count()).toBe(0);
    await openGate("end");
    await lastReply(page).waitFor();
    expect(scripts.filter((url) => /diagram|mermaid/i.test(url))).toEqual([]);

    await show(reply);
    const image = reply.getByRole("img", { name: "一次请求的路径" });
    const svg = await svgOf(image);
    expect(svg).toContain("浏览器");
    expect(await page.locator("main svg text, main style").count()).toBe(0);
    await reply.getByRole("button", { name: "显示源码" }).click();
    expect(await reply.locator("pre").innerText()).toContain("A[浏览器] --> B{已登录?}");
    expect(await image.count()).toBe(0);
  });

  it("is drawn in the colours of the theme, also when that changes", async () => {
    const page = await openConversation({ colorScheme: "light" });
    const reply = await receive(page, fence(FLOW));
    await show(reply);
    const image = reply.getByRole("img");
    const light = await svgOf(image);
    const address = await image.getAttribute("src");
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => image.getAttribute("src")).not.toBe(address);
    expect(await svgOf(image)).not.toBe(light);
  });

  it("of each usual kind is drawn", async () => {
    const kinds = {
      小明: "sequenceDiagram\n  小明->>服务器: 你好<br/>再见\n  服务器-->>小明: 好",
      Duck: "classDiagram\n  class Animal {\n    +String name\n    +eat() void\n  }\n  Animal <|-- Duck",
      等待: "stateDiagram-v2\n  [*] --> 等待\n  等待 --> 完成 : 收到",
      CONVERSATION: "erDiagram\n  USER ||--o{ CONVERSATION : has",
      占比: 'pie title 占比\n  "甲" : 40\n  "乙" : 60',
      计划: "gantt\n  title 计划\n  dateFormat YYYY-MM-DD\n  section 一\n  设计 :a1, 2026-01-01, 3d",
      叶: "mindmap\n  root((根))\n    枝\n      叶",
    };
    const page = await openConversation();
    const reply = await receive(page, Object.values(kinds).map(fence).join("\n"));
    for (const [place, text] of Object.keys(kinds).entries()) {
      await show(reply);
      const image = reply.getByRole("img").nth(place);
      await image.scrollIntoViewIfNeeded();
      expect(await svgOf(image)).toContain(text);
    }
  });

  it("that is not valid shows its source and says so", async () => {
    const page = await openConversation();
    const reply = await receive(page, fence("flowchart TD\n  A --> --> ["));
    await show(reply);
    await reply.getByText("这张图画不出来").waitFor();
    expect(await reply.locator("pre").innerText()).toContain("A --> --> [");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("says so where what draws it cannot be had, and can be tried again", async () => {
    const page = await openConversation();
    await page.clock.install();
    await page.route("**/diagram.html", (route) => route.abort(), { times: 1 });
    const reply = await receive(page, fence(FLOW));
    await show(reply);
    await reply.getByText("正在绘制").waitFor();
    await page.clock.runFor(60_000);
    await reply.getByText("这张图画不出来").waitFor();
    await reply.getByRole("button", { name: "显示源码" }).click();
    await show(reply);
    await reply.getByRole("img").waitFor();
  });

  it.each([
    [
      "in its settings",
      "%%{init: {'securityLevel': 'loose', 'htmlLabels': true, 'flowchart': {'htmlLabels': true}, 'themeCSS': '@import url(https://evil.example/a.css); * { background: url(https://evil.example/b.png) }'}}%%\nflowchart TD\n  A[<b>x</b>] --> B",
    ],
    [
      "in its labels",
      `flowchart TD\n  A["<img src=x onerror='parent.harmed=1'>"] --> B["<iframe src='https://evil.example/c'></iframe><style>@import 'https://evil.example/d'</style>"]\n  B --> C["<script>parent.harmed=1</script>"]`,
    ],
    [
      "in its links",
      'flowchart TD\n  A --> B\n  click A "javascript:parent.harmed=1" "tip"\n  click B href "https://evil.example/e"',
    ],
    [
      "in its colours",
      '---\nconfig:\n  themeVariables:\n    lineColor: "red;} @import url(https://evil.example/f); a{"\n---\nflowchart TD\n  A --> B',
    ],
  ])("that means harm %s does none", async (_where, source) => {
    const page = await openConversation();
    // The frame's policy may have to refuse what the library tries.
    expectComplaints(/Executing inline event handler violates/);
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("evil.example")) asked.push(request.url());
    });
    const reply = await receive(page, fence(source));
    await show(reply);
    const svg = await svgOf(reply.getByRole("img"));
    expect(svg).not.toMatch(/<script|<iframe|<img|onerror=|javascript:|@import|<foreignObject/i);
    await reply.getByRole("img").click();
    expect(await page.evaluate(() => "harmed" in window)).toBe(false);
    expect(asked).toEqual([]);
  });
});
