import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, openChat, openPage } from "./browser";

interface Loaded {
  requests: string[];
  /** Size of the scripts as a server sends them, in kB. */
  scripts: number;
}

/** All requests of a page until the network is idle, including images and API calls. */
async function load(page: Page, address: string, ready: () => Promise<void>): Promise<Loaded> {
  const requests: string[] = [];
  const scripts: Promise<number>[] = [];
  page.on("response", (response) => {
    requests.push(response.url());
    if (response.request().resourceType() === "script") {
      scripts.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
    }
  });
  await page.goto(address);
  await ready();
  await page.waitForLoadState("networkidle");
  const sizes = await Promise.all(scripts);
  return { requests, scripts: sizes.reduce((sum, size) => sum + size, 0) / 1000 };
}

describe("the size of loaded scripts", () => {
  it("is within the budget of the login page", async () => {
    const page = await openPage();
    const loaded = await load(page, "/", () => page.locator("input[type=email]").waitFor());
    console.info(`log-in: ${loaded.scripts.toFixed(1)} kB of scripts, ${loaded.requests.length} requests`);
    expect(loaded.scripts).toBeLessThanOrEqual(110);
    expect(loaded.requests.length, loaded.requests.join("\n")).toBeLessThanOrEqual(15);
  });

  it("is within the budget of the chat page", async () => {
    const { page } = await openChat();
    const again = await page.context().newPage();
    await page.close();
    const loaded = await load(again, "/", () => composer(again).waitFor());
    console.info(`chat: ${loaded.scripts.toFixed(1)} kB of scripts, ${loaded.requests.length} requests`);
    expect(loaded.scripts).toBeLessThanOrEqual(190);
    expect(loaded.requests.length, loaded.requests.join("\n")).toBeLessThanOrEqual(15);
  });

  it("is within the budget of the page of a share link", async () => {
    const page = await openPage();
    const message = {
      role: "user",
      content: [{ type: "text", text: "Hi" }],
      created_at: "2026-01-01T00:00:00Z",
    };
    const json = {
      format: 1,
      title: "t",
      shared_at: message.created_at,
      expires_at: null,
      messages: [message],
    };
    await page.route("**/share.json", (route) => route.fulfill({ json }));
    const loaded = await load(page, "/#/s/x", () => page.locator("article").waitFor());
    console.info(`share: ${loaded.scripts.toFixed(1)} kB of scripts, ${loaded.requests.length} requests`);
    expect(loaded.scripts).toBeLessThanOrEqual(125);
    expect(loaded.requests.length, loaded.requests.join("\n")).toBeLessThanOrEqual(15);
  });

  it("includes the preloaded renderers once the user types", async () => {
    const loaded: string[] = [];
    const { page } = await openChat({
      prepare: async (page) => page.on("response", (response) => loaded.push(response.url())),
    });
    await composer(page).pressSequentially("问");
    for (const name of ["markdown", "highlight", "katex"])
      await expect.poll(() => loaded.join("\n")).toMatch(new RegExp(`/assets/${name}-[^/]+\\.js`));
  });
});
