// Screenshots for the README: every main page in both themes and on three screen sizes. They differ slightly every time,
// so they are only taken by `pnpm screenshots`.
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  type Account,
  lastReply,
  openPage,
  registerAccount,
  screenshot,
  scriptReply,
  send,
  signInAsAdmin,
  storedMessage,
} from "./browser";

const picture = fileURLToPath(new URL("picture.png", import.meta.url));

const SORTING = `**快速排序**选一个基准，把其余的分到两边，再各自排序。平均时间是 $O(n \\log n)$：

\`\`\`python
def quicksort(items: list[int]) -> list[int]:
    if len(items) <= 1:
        return items
    pivot, *rest = items
    return quicksort([x for x in rest if x < pivot]) + [pivot] + quicksort([x for x in rest if x >= pivot])
\`\`\`

| 情况 | 时间 | 空间 |
|:--|:-:|--:|
| 平均 | $O(n \\log n)$ | $O(\\log n)$ |
| 最坏 | $O(n^2)$ | $O(n)$ |

$$
T(n) = 2T\\left(\\frac{n}{2}\\right) + O(n)
$$`;

const FLOW = `一次请求这样走：

\`\`\`mermaid
flowchart LR
  A[浏览器] --> B{已登录?}
  B -- 是 --> C[函数]
  B -- 否 --> D[登录页]
  C --> E[(数据库)]
  C --> F[模型]
\`\`\``;

const TITLES = ["五月去罗马", "读书笔记：三体", "Weekly report", "数据库索引", "生日晚餐的菜单"];

type Post = Account["post"];

/** Typical data of a user. */
async function furnish(post: Post): Promise<void> {
  for (const title of TITLES)
    await post("/conversation/import", { title, messages: [storedMessage("q", null, title)] });
  const config = {
    base_url: "https://api.example.com/v1",
    api_key: "sk-0000000000000000",
    model: "large-2026",
  };
  await post("/model_config/create", { ...config, name: "工作用" });
  await post("/model_config/create", { ...config, name: "写作", model: "writer-mini" });
}

/** Time without a request, in ms, after which a page has its data. */
const QUIET_MS = 500;

/** Whether the page has had the answers to its requests for a while; counts from now on. */
function watchRequests(page: Page): () => boolean {
  const running = new Set<object>();
  let changedAt = Date.now();
  page.on("request", (request) => running.add(request));
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => {
      running.delete(request);
      changedAt = Date.now();
    });
  return () => running.size === 0 && Date.now() - changedAt > QUIET_MS;
}

const SIZES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;

describe.runIf(process.env.UPDATE_SCREENSHOTS).each([
  ["light", "desktop"],
  ["dark", "desktop"],
  ["light", "tablet"],
  ["dark", "tablet"],
  ["light", "phone"],
  ["dark", "phone"],
] as const)("in the %s theme on a %s", (colorScheme, size) => {
  it("every main page has its picture", async () => {
    const phone = size === "phone";
    const page = await openPage({ colorScheme, ...SIZES[size] });
    const isQuiet = watchRequests(page);
    const take = async (name: string) => {
      // Placeholders and parts that are loaded separately would be missing from some of the pictures.
      await expect.poll(isQuiet).toBe(true);
      await screenshot(page, `${name}-${colorScheme}-${size}`);
    };
    await page.goto("/#/login");
    await page.locator("input[type=email]").waitFor();
    await take("login");
    const { post } = await registerAccount(page);
    await furnish(post);
    await page.route("**/conversation/generate_title", async (route) => {
      const { conversation_id: id } = route.request().postDataJSON() as { conversation_id: string };
      const { title } = await post("/conversation/update", { id, title: "排序与流程" });
      await route.fulfill({ json: { title } });
    });
    await page.reload();
    await page.getByRole("button", { name: "制定计划" }).waitFor();
    if (!phone) await page.getByRole("link", { name: "五月去罗马" }).waitFor();
    await take("new");

    await page.locator("input[type=file]").setInputFiles(picture);
    await scriptReply([{ delta: "一片从深蓝渐变到暖橙的天空，像是**日落时分**的海边。" }]);
    await send(page, "这张图片里有什么？");
    await lastReply(page).waitFor();
    await page.locator("article img").first().waitFor();
    await page.locator("article strong").waitFor();
    await take("chat");
    await scriptReply([{ delta: SORTING }]);
    await send(page, "讲讲快速排序");
    await page.locator(".katex-display").waitFor();
    await lastReply(page).waitFor();
    await take("markdown");
    await scriptReply([{ delta: FLOW }]);
    await send(page, "再画一张请求的流程图");
    await lastReply(page).getByRole("img", { name: "图表" }).waitFor();
    await lastReply(page).scrollIntoViewIfNeeded();
    await take("diagram");

    if (phone) {
      await page.getByRole("button", { name: "打开侧边栏" }).click();
      await page.getByRole("link", { name: "五月去罗马" }).waitFor();
      await take("sidebar");
    }
    for (const [address, text, name] of [
      ["/#/settings", "语言", "settings"],
      ["/#/settings/account", "用户组", "account"],
      ["/#/settings/models", "工作用", "models"],
    ] as const) {
      await page.goto(address);
      await page.locator("main").getByText(text).first().waitFor();
      await take(name);
    }
    await page.getByRole("button", { name: "添加模型" }).click();
    await page.getByRole("searchbox", { name: "搜索服务商" }).waitFor();
    await take("providers");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "编辑: 工作用" }).click();
    await page.getByLabel("接口地址").waitFor();
    await take("model");
  });

  it("the operator's page has its pictures", async () => {
    const page = await openPage({ colorScheme, ...SIZES[size] });
    const isQuiet = watchRequests(page);
    await registerAccount(page);
    const { post } = await signInAsAdmin(page);
    const server = { base_url: "https://api.example.com/v1", api_key: "sk-0000000000000000" };
    const offers = [
      { name: "日常", model: "small-2026", price: { input: 0.2, cached_input: 0.02, output: 0.8 } },
      { name: "写作", model: "writer-2026", price: { input: 1, cached_input: 0.1, output: 4 } },
      {
        name: "推理",
        model: "large-2026",
        groups: ["pro"],
        price: { input: 2.5, cached_input: 0.25, output: 10 },
      },
    ];
    const ids: unknown[] = [];
    for (const offer of offers) ids.push((await post("/admin/model/create", { ...server, ...offer })).id);
    for (const [name, text] of [
      ["", "demo@example.com"],
      ["models", "推理"],
      ["status", "数据库结构"],
    ] as const) {
      await page.goto(`/#/admin${name && `/${name}`}`);
      await page.locator("main").getByText(text).first().waitFor();
      await expect.poll(isQuiet).toBe(true);
      await screenshot(page, `admin${name && `-${name}`}-${colorScheme}-${size}`);
    }
    await post("/admin/model/delete", { ids });
  });
});
