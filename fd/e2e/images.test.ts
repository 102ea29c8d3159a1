import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { composer, lastReply, modelRequests, openChat, send } from "./browser";

/** Drops squares of incompressible noise on the page: `side` pixels wide, named 1.png, 2.png, ... */
async function dropImages(page: Page, ...sides: number[]): Promise<void> {
  await page.evaluate(async (widths) => {
    const data = new DataTransfer();
    for (const [index, side] of widths.entries()) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = side;
      const context = canvas.getContext("2d") as CanvasRenderingContext2D;
      const pixels = context.createImageData(side, side);
      const words = new Uint32Array(pixels.data.buffer);
      for (let at = 0; at < words.length; at += 1) words[at] = (Math.random() * 2 ** 24) | 0xff000000;
      context.putImageData(pixels, 0, 0);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
      if (blob) data.items.add(new File([blob], `${index + 1}.png`, { type: "image/png" }));
    }
    for (const type of ["dragover", "drop"])
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }),
      );
  }, sides);
}

const thumbnails = (page: Page) => page.locator("form li img");

/** Sizes in bytes of the images that the model fetched. */
async function sentImages(): Promise<number[]> {
  const request = (await modelRequests()).find(({ images }) => images.length > 0);
  return (request?.images ?? []).map(({ ok, size }) => (ok ? (size ?? 0) : 0));
}

describe("images", () => {
  it("are dropped together, one is removed, and the others are sent with the message", async () => {
    const { page } = await openChat();
    await dropImages(page, 40, 50, 60);
    await expect.poll(() => thumbnails(page).count()).toBe(3);
    await page.getByRole("button", { name: "移除 2.png" }).click();
    await expect.poll(() => thumbnails(page).count()).toBe(2);
    await send(page, "两张图");
    await lastReply(page).waitFor();
    expect(await sentImages()).toHaveLength(2);
    expect(await thumbnails(page).count()).toBe(0);
  });

  it("above the size limit are downscaled first", async () => {
    const { page } = await openChat();
    const uploads: number[] = [];
    page.on("request", (request) => {
      if (request.method() === "PUT") uploads.push(request.postDataBuffer()?.length ?? 0);
    });
    await dropImages(page, 2100);
    await expect.poll(() => thumbnails(page).count()).toBe(1);
    await send(page, "一张大图");
    await lastReply(page).waitFor({ timeout: 60_000 });
    const [size] = await sentImages();
    expect(size).toBeGreaterThan(100_000);
    expect(size).toBeLessThan(10 * 1024 * 1024);
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("with a failed upload show an error, stay, and can be retried", async () => {
    const { page } = await openChat();
    await send(page, "先有对话");
    await lastReply(page).waitFor();
    await page.route(
      (url) => url.pathname.includes("/images/"),
      (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 503 }) : route.continue()),
      { times: 1 },
    );
    await dropImages(page, 40);
    await page.getByRole("alert").filter({ hasText: "1.png 上传失败" }).waitFor();
    await page.locator("form li").getByRole("button", { name: "重试" }).click();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
    await send(page, "现在好了");
    await expect.poll(async () => (await sentImages()).length).toBe(1);
    await lastReply(page).waitFor();
  });

  it("with an upload that fails during sending keep the message and its text for a retry", async () => {
    const { page } = await openChat();
    await page.route(
      (url) => url.pathname.includes("/images/"),
      (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 503 }) : route.continue()),
      { times: 1 },
    );
    await dropImages(page, 40);
    await expect.poll(() => thumbnails(page).count()).toBe(1);
    await send(page, "不要丢");
    await page.getByText("上传失败，请重试").waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe("不要丢");
    await expect.poll(() => thumbnails(page).count()).toBe(1);
    await composer(page).press("Enter");
    await lastReply(page).waitFor();
    expect(await sentImages()).toHaveLength(1);
  });
});
