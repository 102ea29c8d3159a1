import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  composer,
  holdTitles,
  lastReply,
  logIn,
  modelRequests,
  openGate,
  openPage,
  pieces,
  replies,
  scriptReply,
  send,
  stack,
} from "./browser";

const picture = fileURLToPath(new URL("picture.png", import.meta.url));
describe("the demo account", () => {
  it("sends a message with an image, which the model fetches, and shows the streamed reply", async () => {
    const page = await openPage();
    const giveTitle = await holdTitles(page);
    await scriptReply([
      ...pieces("这张图片是一片从深蓝渐变到暖橙的天空，"),
      { gate: "middle" },
      ...pieces("像是**日落时分**的海边。"),
    ]);
    await page.goto("/");
    await logIn(page, "demo@example.com", "demo-pass-1");

    await page.locator("input[type=file]").setInputFiles(picture);
    await send(page, "这张图片里有什么？");
    await expect.poll(() => replies(page).last().innerText()).toContain("暖橙的天空");
    expect(await replies(page).last().innerText()).not.toContain("海边");
    await giveTitle("日落与海");
    await openGate("middle");
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("日落时分");
    await lastReply(page).getByRole("button", { name: "回复详情" }).click();
    await page.getByRole("dialog", { name: "回复详情" }).getByText("scripted").waitFor();
    await page.keyboard.press("Escape");

    const image = page.locator("article[data-role=user] img");
    expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeGreaterThan(0);
    const request = (await modelRequests()).find(({ images }) => images.length > 0);
    const sha256 = createHash("sha256")
      .update(await readFile(picture))
      .digest("hex");
    expect(request?.images).toMatchObject([{ ok: true, sha256 }]);

    const title = page.getByRole("navigation").getByRole("link", { name: "日落与海" });
    await title.waitFor();

    await page.reload();
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("日落时分");
    await expect
      .poll(() => page.locator("article[data-role=user]").innerText())
      .toContain("这张图片里有什么？");
    await expect
      .poll(() => image.evaluate((element: HTMLImageElement) => element.complete && element.naturalWidth))
      .toBeGreaterThan(0);
    await title.waitFor();

    await page.getByRole("button", { name: "demo" }).click();
    await page.getByRole("menuitem", { name: "退出登录" }).click();
    await page.locator("input[type=email]").waitFor();
    await page.reload();
    await page.locator("input[type=email]").waitFor();
  });
});

describe("the development server", () => {
  it("serves the same application", async () => {
    const page = await openPage({ baseURL: stack().developmentUrl });
    await page.goto("/");
    await logIn(page, "demo@example.com", "demo-pass-1");
    // A late request for a title would take the answer of a later test.
    await holdTitles(page);
    await send(page, "你好");
    await lastReply(page).waitFor();
    await expect.poll(() => lastReply(page).innerText()).toContain("你好");
    await composer(page).waitFor();
  });
});
