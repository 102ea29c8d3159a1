import { describe, expect, it } from "vitest";
import {
  ask,
  lastReply,
  openChat,
  openGate,
  pieces,
  replies,
  scriptReply,
  send,
  storedMessage,
  wheel,
} from "./browser";

const RICH = `# 快速排序

快速排序是一种**分治**算法，平均时间复杂度为 $O(n \\log n)$。见 [维基百科](https://example.com/quicksort)。

\`\`\`python
def quicksort(items: list[int]) -> list[int]:
    """Return the items in ascending order."""
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
$$

- [x] 选择基准
- [ ] 递归排序

<script>alert(1)</script> ![跟踪](https://tracker.example/pixel.png)
`;

describe("a reply", () => {
  it.each(["light", "dark"] as const)(
    "is rendered as markdown with code, tables and formulas (%s)",
    async (theme) => {
      const { page } = await openChat({ colorScheme: theme });
      await scriptReply(pieces(RICH, 9, 0.002));
      await send(page, "介绍一下快速排序");
      await lastReply(page).waitFor();
      const reply = lastReply(page);
      await reply.locator("pre .hl-keyword").first().waitFor();
      await expect.poll(() => reply.locator("pre").innerText()).toContain("for x in rest if x >= pivot])");
      await reply.locator(".katex-display").waitFor();
      await reply.locator(".katex-display math").waitFor({ state: "attached" });
      await expect.poll(() => reply.locator("table td").count()).toBe(6);
      await expect.poll(() => reply.locator("input[type=checkbox]").count()).toBe(2);
      expect(await reply.locator("script, img").count()).toBe(0);
      expect(await reply.locator("a").first().getAttribute("rel")).toBe("noopener noreferrer nofollow");
      await reply.getByRole("button", { name: "复制" }).first().click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("def quicksort");
    },
  );

  it("follows its end while it grows, stops when the reader scrolls up, and returns by a button", async () => {
    const { page } = await openChat({ viewport: { width: 900, height: 500 } });
    const lines = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ delta: `第 ${from + index} 行\n\n` }));
    await scriptReply([...lines(1, 40), { gate: "up" }, ...lines(41, 40), { gate: "end" }, ...lines(81, 10)]);
    await send(page, "数数");
    const scroller = page.getByRole("region", { name: "消息" });
    const distance = () =>
      scroller.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop);
    await expect.poll(() => replies(page).last().innerText()).toContain("第 40 行");
    await expect.poll(distance).toBeLessThan(3);

    await scroller.hover();
    await wheel(page, -400);
    await expect.poll(distance).toBeGreaterThan(200);
    // On the screen: scrollTop changes when sections above it get their real heights.
    const line = page.getByText("第 28 行", { exact: true });
    const position = async () => Math.round((await line.boundingBox())?.y ?? Number.NaN);
    const before = await position();
    expect(before).toBeGreaterThan(0);
    await openGate("up");
    await expect.poll(() => replies(page).last().innerText()).toContain("第 80 行");
    expect(await position()).toBe(before);

    await page.getByRole("button", { name: "回到最新消息" }).click();
    await openGate("end");
    await lastReply(page).waitFor();
    await expect.poll(distance).toBeLessThan(3);
  });

  it("shows its reasoning folded, and can be stopped, continued and regenerated", async () => {
    const { page } = await openChat();
    await scriptReply([
      { reasoning: "先想一想。", name: "reasoning_content" },
      { delta: "第一部分" },
      { gate: "never" },
    ]);
    await send(page, "讲个故事");
    await expect.poll(() => replies(page).last().innerText()).toContain("第一部分");
    await page.keyboard.press("Escape");
    await lastReply(page, "stopped").waitFor();

    await scriptReply([{ delta: "，第二部分" }]);
    await page.getByRole("button", { name: "继续" }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("第一部分，第二部分");

    await scriptReply([{ delta: "另一个故事" }]);
    await lastReply(page).getByRole("button", { name: "重新生成", exact: true }).click();
    await expect.poll(() => lastReply(page).innerText()).toContain("另一个故事");
    await expect.poll(() => lastReply(page).innerText()).toContain("2/2");
    const remembered = page.waitForResponse("**/conversation/update");
    await lastReply(page).getByRole("button", { name: "上一个版本" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => lastReply(page).innerText()).toContain("第一部分，第二部分");
    // The arrow back: there is no version before the first.
    const next = lastReply(page).getByRole("button", { name: "下一个版本" });
    expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
    await lastReply(page).getByRole("button", { name: /思考/ }).click();
    await expect.poll(() => lastReply(page).innerText()).toContain("先想一想。");

    expect((await remembered).ok()).toBe(true);
    await page.reload();
    await expect.poll(() => lastReply(page).innerText()).toContain("第一部分，第二部分");
  });

  it("goes on when Escape closes a popover or the drawer", async () => {
    const { page } = await openChat({ viewport: { width: 390, height: 844 } });
    await ask(page, "你好", [{ delta: "你好" }]);
    await scriptReply([{ delta: "第一部分" }, { gate: "end" }, { delta: "，第二部分" }]);
    await send(page, "讲个故事");
    await expect.poll(() => replies(page).last().innerText()).toContain("第一部分");

    await lastReply(page).getByRole("button", { name: "回复详情" }).click();
    const details = page.getByRole("dialog", { name: "回复详情" });
    await details.waitFor();
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "打开侧边栏" }).click();
    const drawer = page.getByRole("navigation", { name: "对话" });
    await drawer.waitFor();
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });

    await openGate("end");
    await expect.poll(() => lastReply(page).innerText()).toContain("第一部分，第二部分");
  });

  it("continues after a reload, without gaps and duplicates", async () => {
    const { page } = await openChat();
    const words = (from: number) =>
      Array.from({ length: 20 }, (_, index) => ({ delta: `w${from + index} `, after: 0.01 }));
    await scriptReply([...words(0), { gate: "half" }, ...words(20)]);
    await send(page, "count");
    await expect.poll(() => replies(page).last().innerText()).toContain("w19");
    await page.reload();
    await expect.poll(() => replies(page).last().innerText()).toContain("w19");
    await openGate("half");
    await lastReply(page).waitFor();
    const shown = (await lastReply(page).innerText()).match(/w\d+/g);
    expect(shown).toEqual(Array.from({ length: 40 }, (_, index) => `w${index}`));
  });

  it("is resumed after a network failure", async () => {
    const { page } = await openChat();
    const words = (from: number) =>
      Array.from({ length: 20 }, (_, index) => ({ delta: `w${from + index} `, after: 0.01 }));
    await scriptReply([...words(0), { gate: "half" }, ...words(20)]);
    await send(page, "count");
    await expect.poll(() => replies(page).last().innerText()).toContain("w19");
    await page.context().setOffline(true);
    await page.getByText("正在重新连接").waitFor();
    await openGate("half");
    await page.context().setOffline(false);
    await lastReply(page).waitFor();
    const shown = (await lastReply(page).innerText()).match(/w\d+/g);
    expect(shown).toEqual(Array.from({ length: 40 }, (_, index) => `w${index}`));
  });
});

describe("an interrupted reply", () => {
  it("shows that, and can be continued", async () => {
    const { page, post } = await openChat();
    const { id } = await post("/conversation/import", {
      title: "断了",
      messages: [
        storedMessage("q", null, "讲个故事"),
        storedMessage("r", "q", "从前有座山", { status: "interrupted" }),
      ],
    });
    await page.goto(`/#/c/${id}`);
    await page.getByText("回复中断了").waitFor();
    await scriptReply([{ delta: "，山里有座庙。" }]);
    await page.getByRole("button", { name: "继续" }).click();
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("从前有座山，山里有座庙。");
    expect(await page.getByText("回复中断了").count()).toBe(0);
  });
});
