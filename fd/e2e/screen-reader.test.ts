import { describe, expect, it } from "vitest";
import { lastReply, openChat, openGate, pieces, scriptReply, send } from "./browser";

describe("a screen reader", () => {
  it("gets the whole reply announced by sentences, and its end", async () => {
    const { page } = await openChat();
    await send(page, "先有对话");
    await lastReply(page).waitFor();
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      const region = document.querySelector("[aria-live=polite].sr-only") as HTMLElement;
      new MutationObserver(() => told.push(region.textContent ?? "")).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    const first = "第一句话说完了。";
    const rest = "第二句话也说完了！第三句话是问题吗？最后一句还没有";
    await scriptReply([...pieces(first, 2, 0.15), { gate: "rest" }, ...pieces(rest, 2, 0.15)]);
    await send(page, "讲");
    const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
    await expect.poll(async () => (await told()).length).toBeGreaterThan(0);
    await openGate("rest");
    await expect.poll(async () => (await told()).at(-1)).toContain("回复完成");
    const announcements = await told();
    expect(announcements.length).toBeGreaterThan(1);
    expect(announcements.length).toBeLessThanOrEqual(5);
    for (const announcement of announcements.slice(0, -1)) expect(announcement).toMatch(/[。！？]\s*$/);
    expect(announcements.join("").replace("回复完成", "").replaceAll(/\s/g, "")).toBe(first + rest);
  });
});
