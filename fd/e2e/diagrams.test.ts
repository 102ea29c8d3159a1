import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  composer,
  expectComplaints,
  lastReply,
  openChat,
  openGate,
  replies,
  scriptReply,
  send,
  stack,
} from "./browser";

const FLOW = `flowchart TD
  accTitle: 一次请求的路径
  A[浏览器] --> B{已登录?}
  B -- 是 --> C[函数]
  B -- 否 --> D[登录页]
  C --> E[(数据库)]`;

const RUN = "parent.harmed=1";
const EVIL = "https://evil.example";
/** Each tries to run a script, to send a request, or to override a forbidden setting. */
const HOSTILE = [
  `%%{init: {"secure": [], "securityLevel": "loose", "dompurifyConfig": {"ADD_TAGS": ["script"], "ADD_ATTR": ["onload"]}}}%%\nflowchart TD\n  A["<img src=x onload='${RUN}'>"]`,
  `%%{init: {"__proto__": {"securityLevel": "loose"}, "constructor": {"prototype": {"harmed": 1}}}}%%\nflowchart TD\n  A --> B`,
  `%%{init: {"themeVariables": {"fontFamily": "x;} @import url(${EVIL}/1); a{", "primaryColor": "url(${EVIL}/2)"}}}%%\nflowchart TD\n  A --> B`,
  `---\ntitle: "<img src=${EVIL}/3 onerror=${RUN}>"\nconfig:\n  fontFamily: "x;background:url(${EVIL}/4)"\n  themeCSS: "* { background: url(${EVIL}/5) }"\n---\nflowchart TD\n  A --> B`,
  `flowchart TD\n  accTitle: <script>${RUN}</script>\n  accDescr: "><img src=x onerror=${RUN}>\n  A --> B`,
  `flowchart TD\n  A@{ img: "${EVIL}/6.png", label: "x", w: 60, h: 60 } --> B@{ icon: "fa:<img src=x onerror=${RUN}>", label: "y" }`,
  `flowchart TD\n  A --> B\n  style A fill:url(${EVIL}/7),background:url(${EVIL}/8)\n  classDef x fill:red,background-image:url(${EVIL}/9)\n  class B x\n  linkStyle 0 stroke:url(${EVIL}/10)`,
  `flowchart TD\n  A["\`**x** <foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><script>${RUN}</script></body></foreignObject>\`"]`,
  `flowchart TD\n  A["#lt;script#gt;${RUN}#lt;/script#gt;"] --> B["&lt;img src=x onerror=${RUN}&gt;"]`,
  `flowchart TD\n  A["$$\\href{javascript:${RUN}}{x} \\includegraphics{${EVIL}/11}$$"]`,
  `flowchart TD\n  A --> B\n  click A call eval("${RUN}")\n  click B href "data:text/html,<script>${RUN}</script>" _top`,
  `sequenceDiagram\n  participant a as <img src=x onerror=${RUN}>\n  link a: x @ javascript:${RUN}\n  links a: {"y": "javascript:${RUN}"}\n  a->>a: <svg onload=${RUN}>\n  Note over a: <iframe srcdoc='<script>${RUN}</script>'></iframe>`,
  `classDiagram\n  class A["<img src=x onerror=${RUN}>"]\n  link A "javascript:${RUN}" "tip"\n  callback A "eval" "${RUN}"`,
  `gantt\n  title <img src=x onerror=${RUN}>\n  dateFormat YYYY-MM-DD\n  section <script>${RUN}</script>\n  x :a1, 2026-01-01, 3d\n  click a1 href "javascript:${RUN}"`,
  `stateDiagram-v2\n  state "<img src=x onerror=${RUN}>" as a\n  [*] --> a\n  click a "javascript:${RUN}" "tip"`,
  `erDiagram\n  A ||--o{ B : "<img src=x onerror=${RUN}>"`,
  `pie title <img src=x onerror=${RUN}>\n  "<script>${RUN}</script>" : 1`,
  `mindmap\n  root["<img src=x onerror=${RUN}>"]\n    ::icon(x" onload="${RUN})\n    a`,
  `---\nconfig:\n  kanban:\n    ticketBaseUrl: "javascript:${RUN}//#TICKET#"\n---\nkanban\n  a[x]\n    b[y]@{ ticket: 1 }`,
];
/** Too large to draw, by itself or by Mermaid's limits. */
const HUGE = [
  "gantt\n  dateFormat YYYY-MM-DD\n  excludes monday,tuesday,wednesday,thursday,friday,saturday,sunday\n  section a\n  x :a1, 2026-01-01, 3d",
  "gantt\n  dateFormat YYYY-MM-DD\n  tickInterval 1millisecond\n  section a\n  x :a1, 1000-01-01, 3000-01-01",
  "gantt\n  dateFormat YYYY-MM-DD\n  section a\n  A :a1, after a2, 3d\n  B :a2, after a1, 3d",
  "sankey-beta\na,b,1\nb,a,1",
  "flowchart TD\n  subgraph a\n    subgraph b\n      a\n    end\n  end\n  a --> b",
  `flowchart TD\n${"subgraph s\n".repeat(200)}${"end\n".repeat(200)}`,
  `flowchart TD\n${Array.from({ length: 2000 }, (_, n) => `  n${n} --> n${n + 1}`).join("\n")}`,
  `flowchart TD\n  A["${"x".repeat(60_000)}"]`,
];

/** A few characters that take minutes to draw. */
const SLOW = "block-beta\n  columns 3\n  space:1000000 a";

const fence = (source: string) => `\`\`\`mermaid\n${source}\n\`\`\`\n`;

/** `drawn`: with the default setting, which draws diagrams without a click. */
async function openConversation(options = {}, drawn = false): Promise<Page> {
  const prepare = async (page: Page) => {
    if (!drawn)
      await page.addInitScript(() => {
        // Frames without an origin have no storage.
        if (window.top === window)
          localStorage.setItem("preferences", JSON.stringify({ state: { drawDiagrams: false }, version: 3 }));
      });
    await page.addInitScript(() => {
      // The policy forbids scripts to read blob URLs.
      const create = URL.createObjectURL;
      URL.createObjectURL = (blob: Blob) => {
        const url = create(blob);
        void blob.text().then((text) => sessionStorage.setItem(url, text));
        return url;
      };
    });
  };
  const { page } = await openChat({ ...options, prepare });
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
  let svg: string | null = null;
  await expect
    .poll(async () => {
      svg = await image.evaluate((element: HTMLImageElement) =>
        element.complete && element.naturalWidth > 10 ? sessionStorage.getItem(element.src) : null,
      );
      return svg;
    })
    .not.toBeNull();
  return svg ?? "";
}

/** Parts of a drawing that would run or send a request outside an image. Plain text may contain anything. */
async function activeParts(image: Locator): Promise<string[]> {
  const svg = await svgOf(image);
  return image.evaluate((_image, source) => {
    const drawing = new DOMParser().parseFromString(source, "image/svg+xml");
    const all = [...drawing.querySelectorAll("*")];
    const attributes = all.flatMap((one) => [...one.attributes]);
    const sheets = all.filter((one) => one.localName === "style").map((one) => one.textContent ?? "");
    const elsewhere = /@import|url\((?!["']?#)/i;
    return [
      ...all
        .map((one) => one.localName)
        .filter((name) => /^(script|iframe|img|image|object|embed|foreignObject)$/i.test(name)),
      ...attributes
        .filter(
          ({ localName, value }) => /^on/i.test(localName) || (localName === "href" && !/^#/.test(value)),
        )
        .map(({ name, value }) => `${name}=${value}`),
      ...[...sheets, ...attributes.map(({ value }) => value)].filter((value) => elsewhere.test(value)),
    ];
  }, svg);
}

describe("a diagram", () => {
  it("is drawn by itself when it is complete, unless the setting is off", async () => {
    const page = await openConversation({}, true);
    await scriptReply([{ delta: `\`\`\`mermaid\n${FLOW}\n` }, { gate: "end" }, { delta: "```\n就是这样。" }]);
    await send(page, "画一张图");
    const reply = replies(page).last();
    await reply.locator("pre").filter({ hasText: "数据库" }).waitFor();
    await openGate("end");
    expect(await svgOf(reply.getByRole("img", { name: "一次请求的路径" }))).toContain("浏览器");
    await lastReply(page).waitFor();

    await page.goto("/#/settings");
    await page.getByText("先显示源码").click();
    await page.goBack();
    await reply.locator("pre").filter({ hasText: "数据库" }).waitFor();
    await reply.getByRole("button", { name: "显示图表" }).waitFor();
  });

  it("is source while it streams, then drawn on request, as an image outside the page's DOM", async () => {
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
    await expect.poll(() => reply.locator("pre").innerText()).toContain("A[浏览器] --> B{已登录?}");
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

  it("is drawn before it is scrolled into view", async () => {
    const page = await openConversation();
    const reply = await receive(
      page,
      `${"一段文字。\n\n".repeat(60)}${fence(FLOW)}${"一段文字。\n\n".repeat(60)}`,
    );
    const below = (figure: Element) => {
      const scroller = figure.closest("section") as HTMLElement;
      return figure.getBoundingClientRect().top - scroller.getBoundingClientRect().bottom;
    };
    const figure = reply.locator("figure");
    const distance = await figure.evaluate(below);
    await figure.evaluate((element, by) => element.closest("section")?.scrollBy(0, by), distance - 200);
    await reply.getByRole("button", { name: "显示图表" }).evaluate((button: HTMLElement) => button.click());
    expect(await svgOf(reply.getByRole("img"))).toContain("浏览器");
    expect(await figure.evaluate(below)).toBeGreaterThan(0);
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
    for (const [index, text] of Object.keys(kinds).entries()) {
      await show(reply);
      const image = reply.getByRole("img").nth(index);
      await image.scrollIntoViewIfNeeded();
      expect(await svgOf(image)).toContain(text);
    }
  });

  it("that is invalid shows its source and an error", async () => {
    const page = await openConversation();
    const reply = await receive(page, fence("flowchart TD\n  A --> --> ["));
    await show(reply);
    await reply.getByText("无法绘制这张图").waitFor();
    await expect.poll(() => reply.locator("pre").innerText()).toContain("A --> --> [");
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("that takes too long is cancelled, and blocks neither the page nor the next diagram", async () => {
    const page = await openConversation();
    const reply = await receive(page, fence(SLOW) + fence(FLOW));
    await page.evaluate(() => {
      let before = performance.now();
      const watch = (now: number) => {
        document.body.dataset.stood = `${Math.max(Number(document.body.dataset.stood ?? 0), now - before)}`;
        before = now;
        requestAnimationFrame(watch);
      };
      requestAnimationFrame(watch);
    });
    await show(reply);
    await reply.getByText("正在绘制").waitFor();
    await show(reply);
    await composer(page).pressSequentially("页面照常");
    await expect.poll(() => composer(page).inputValue()).toBe("页面照常");
    await reply.getByText("无法绘制这张图").waitFor();
    // Far less than the timeout: the page's main thread did not draw.
    expect(await page.evaluate(() => Number(document.body.dataset.stood))).toBeLessThan(5_000);
    await expect.poll(() => reply.locator("pre").first().innerText()).toContain("space:1000000");

    expect(await svgOf(reply.getByRole("img", { name: "一次请求的路径" }))).toContain("浏览器");
    expect(page.frames()).toHaveLength(2);
  });

  it("is drawn by the development server's pages, too", async () => {
    const page = await openConversation({ baseURL: stack().developmentUrl });
    const reply = await receive(page, fence(FLOW));
    await show(reply);
    expect(await svgOf(reply.getByRole("img"))).toContain("浏览器");
  });

  it("shows an error when the renderer cannot be loaded, and can be retried", async () => {
    const page = await openConversation();
    await page.clock.install();
    await page.route("**/diagram.html", (route) => route.abort(), { times: 1 });
    const reply = await receive(page, fence(FLOW));
    const refused = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/diagram.html"));
    await show(reply);
    await reply.getByText("正在绘制").waitFor();
    // Its timeout has begun.
    await refused;
    await page.clock.runFor(60_000);
    await reply.getByText("无法绘制这张图").waitFor();
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
    // The frame's policy may block requests of the library.
    expectComplaints(/Executing inline event handler violates/);
    const requests: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("evil.example")) requests.push(request.url());
    });
    const reply = await receive(page, fence(source));
    await show(reply);
    const svg = await svgOf(reply.getByRole("img"));
    expect(svg).not.toMatch(/<script|<iframe|<img|onerror=|javascript:|@import|<foreignObject/i);
    await reply.getByRole("img").click();
    expect(await page.evaluate(() => "harmed" in window)).toBe(false);
    expect(requests).toEqual([]);
  });

  it.each([
    ["that means harm", HOSTILE],
    ["that is too much", HUGE],
  ])(
    "of any kind %s does none, and the page goes on",
    async (_what, sources) => {
      const page = await openConversation();
      // Requests that the policies of the frame and of images must block.
      expectComplaints(
        /violates the following Content Security Policy directive|attribute \w+: Expected length, "NaN"/,
      );
      // Blocked requests are reported here, too, but were not sent.
      const refusals: string[] = [];
      const requests: string[] = [];
      page.on("request", (request) => {
        if (request.url().startsWith("http") && new URL(request.url()).hostname !== "localhost")
          requests.push(request.url());
      });
      page.on("requestfailed", (request) => {
        if (/csp/i.test(request.failure()?.errorText ?? "")) refusals.push(request.url());
      });
      page.on("dialog", () => requests.push("a dialog"));
      page.on("popup", () => requests.push("a window"));
      const reply = await receive(page, sources.map(fence).join("\n"));
      const blocks = reply.locator("figure");
      expect(await blocks.count()).toBe(sources.length);
      for (const index of sources.keys()) {
        const block = blocks.nth(index);
        await show(block);
        const image = block.getByRole("img");
        await image.or(block.getByText("无法绘制这张图")).waitFor();
        if ((await image.count()) === 0) continue;
        expect(await activeParts(image)).toEqual([]);
        await image.click();
      }
      expect(await page.evaluate(() => "harmed" in window)).toBe(false);
      expect(await page.frames()[1]?.evaluate(() => "harmed" in window)).toBe(false);
      expect(requests).toEqual(refusals);
      await scriptReply([{ delta: "还在。" }]);
      await send(page, "还在吗?");
      await lastReply(page).getByText("还在。").waitFor();
    },
    300_000,
  );
});
