// Files of a message: uploaded, read, sent, and opened in the viewer.
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { violations } from "./axe";
import { ask, composer, lastReply, modelRequests, openChat, scriptReply, send } from "./browser";

/** A PDF with a page for each text. */
function pdf(...texts: readonly string[]): Buffer {
  const pages = texts.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${pages}] /Count ${texts.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...texts.flatMap((text, index) => {
      // A page without text has a drawing, as a scan has.
      const content = text ? `BT /F1 24 Tf 72 700 Td (${text}) Tj ET` : "72 700 300 12 re f";
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${offset}`.padStart(10, "0");
  });
  const table = offsets.map((offset) => `${offset} 00000 n \n`).join("");
  const size = objects.length + 1;
  const start = file.length;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, "latin1");
}

async function attach(page: Page, name: string, content: Buffer | string, mimeType = ""): Promise<void> {
  const buffer = Buffer.from(content as string);
  await page.locator("form input[type=file]").last().setInputFiles({ name, mimeType, buffer });
}

/** The file in the composer. */
const attached = (page: Page, name: string) => page.locator("form li").filter({ hasText: name });

const isObject = (url: URL) => url.pathname.includes("/files/");

describe("files", () => {
  it("are read, sent whole with the question, and shown in the message after a reload", async () => {
    const { page } = await openChat();
    await attach(page, "合同.pdf", pdf("First page", "Penalty: 5 percent"), "application/pdf");
    await attach(page, "价格.csv", "name,price\ntea,12\n", "text/csv");
    await attached(page, "合同.pdf").getByText("2 页").waitFor();
    await attached(page, "价格.csv").getByText("token").waitFor();
    await ask(page, "罚金是多少？", [{ delta: "5%" }]);
    const [request] = await modelRequests();
    const given = JSON.stringify(request?.body.messages.at(-1)?.content);
    expect(given).toContain("Penalty: 5 percent");
    expect(given).toContain("tea");
    expect(given.indexOf("Penalty")).toBeLessThan(given.indexOf("罚金是多少"));
    expect(await attached(page, "合同.pdf").count()).toBe(0);

    await page.reload();
    await page.getByRole("button", { name: "打开 合同.pdf" }).click();
    const viewer = page.getByRole("dialog", { name: "合同.pdf" });
    await viewer.getByText("Penalty: 5 percent").waitFor();
    await viewer.getByRole("heading", { name: "第 2 页" }).waitFor();
    expect(await violations(page)).toEqual([]);
    const original = await viewer.getByRole("link", { name: "打开原文件" }).getAttribute("href");
    const response = await page.request.get(original ?? "");
    expect(response.headers()["content-type"]).toBe("application/pdf");
    await viewer.getByRole("button", { name: "文档" }).click();
    expect(await viewer.locator("iframe").getAttribute("src")).toMatch(/^blob:.*#page=1$/);
    await viewer.getByRole("button", { name: "文字" }).click();
    await viewer.getByText("Penalty: 5 percent").waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => viewer.count()).toBe(0);
  });

  it("open at the page that a reply cites", async () => {
    const { page } = await openChat();
    const pages = Array.from({ length: 40 }, (_, index) => `Clause ${index + 1}`);
    await attach(page, "合同.pdf", pdf(...pages), "application/pdf");
    await attached(page, "合同.pdf").getByText("40 页").waitFor();
    const reply = await ask(page, "罚金？", [{ delta: "5% [合同.pdf p. 30]，见 [合同.pdf p. 2]。" }]);
    await reply.getByRole("button", { name: "第 30 页" }).click();
    const cited = page.getByRole("dialog").getByText("Clause 30", { exact: true });
    await cited.waitFor();
    await expect
      .poll(() => cited.evaluate((element) => element.getBoundingClientRect().top))
      .toSatisfy((top: number) => top > 0 && top < 700);
    await page.getByRole("combobox", { name: "跳转到" }).selectOption({ label: "第 3 页" });
    const chosen = page.getByRole("dialog").getByText("Clause 3", { exact: true });
    await expect
      .poll(() => chosen.evaluate((element) => element.getBoundingClientRect().top))
      .toSatisfy((top: number) => top > 0 && top < 700);
  });

  it("with the tools for them are offered to the model in every turn of the conversation", async () => {
    const { page } = await openChat();
    await ask(page, "没有文件", [{ delta: "好" }]);
    await attach(page, "a.txt", "一份文件", "text/plain");
    await ask(page, "看看", [{ delta: "好" }]);
    await ask(page, "再看看", [{ delta: "好" }]);
    const offered = (await modelRequests()).map(({ body }) =>
      ((body as { tools?: { function: { name: string } }[] }).tools ?? []).map((tool) => tool.function.name),
    );
    expect(offered).toEqual([[], ["search_file", "read_file"], ["search_file", "read_file"]]);
  });

  it("of a kind that cannot be read say so, and do not keep the message from being sent", async () => {
    const { page } = await openChat();
    await attach(page, "a.zip", "PK", "application/zip");
    await attached(page, "a.zip").getByText("无法读取这类文件").waitFor();
    // A retry would fail again.
    expect(await attached(page, "a.zip").getByRole("button", { name: "重试" }).count()).toBe(0);
    await ask(page, "没有它", [{ delta: "好" }]);
    await attached(page, "a.zip").getByRole("button", { name: "移除 a.zip" }).click();
    await expect.poll(() => attached(page, "a.zip").count()).toBe(0);
  });

  it("that are removed during their upload are not sent", async () => {
    const { page } = await openChat();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(isObject, async (route) => {
      if (route.request().method() === "PUT") await released;
      await route.continue().catch(() => undefined);
    });
    await attach(page, "slow.txt", "一份文件", "text/plain");
    await page.getByRole("progressbar", { name: "slow.txt" }).waitFor();
    const deleted = page.waitForResponse((response) => response.url().endsWith("/file/delete"));
    await page.getByRole("button", { name: "移除 slow.txt" }).click();
    expect(await (await deleted).json()).toEqual({ deleted: 1 });
    release();
    await ask(page, "没有它", [{ delta: "好" }]);
    expect((await modelRequests())[0]?.body.messages.at(-1)?.content).toBe("没有它");
  });

  it("that are still being read are waited for by name when the message is sent", async () => {
    const { page } = await openChat();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/file/uploaded", async (route) => {
      await released;
      await route.continue();
    });
    await attach(page, "慢.txt", "一份文件", "text/plain");
    await send(page, "看看");
    await page.locator("article").getByText("正在读取 慢.txt…").waitFor();
    expect(await composer(page).inputValue()).toBe("");
    release();
    await lastReply(page).waitFor();
    await page.getByRole("button", { name: "打开 慢.txt" }).waitFor();
    expect(JSON.stringify((await modelRequests())[0]?.body.messages)).toContain("一份文件");
  });

  it("that are still being read are named in the queue of messages", async () => {
    const { page } = await openChat();
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route("**/file/uploaded", async (route) => {
      await released;
      await route.continue();
    });
    await scriptReply([{ delta: "好" }, { gate: "rest" }]);
    await send(page, "开始");
    await page.locator("article[data-role=assistant]").getByText("好").waitFor();
    await attach(page, "慢.txt", "一份文件", "text/plain");
    await composer(page).fill("看看");
    await page.getByRole("button", { name: "排队，等回复结束后发送" }).click();
    const queue = page.getByRole("list", { name: "等待发送的消息" });
    await queue.getByText("正在读取 慢.txt…").waitFor();
    await expect.poll(() => queue.getByText("看看").count()).toBe(1);
    // A later message does not overtake it.
    await composer(page).fill("然后呢");
    await page.getByRole("button", { name: "排队，等回复结束后发送" }).click();
    await queue.getByText("然后呢").waitFor();
    expect(await queue.getByRole("button", { name: "编辑等待发送的消息" }).count()).toBe(0);
    release();
    await queue.getByRole("button", { name: "编辑等待发送的消息" }).nth(1).waitFor();
    await expect.poll(() => queue.innerText()).toMatch(/看看[\s\S]*然后呢/);
    expect(await queue.getByText("正在读取").count()).toBe(0);
  });

  it("whose upload failed are uploaded again on request", async () => {
    const { page } = await openChat();
    await page.route(
      isObject,
      (route) => (route.request().method() === "PUT" ? route.fulfill({ status: 503 }) : route.continue()),
      { times: 1 },
    );
    await attach(page, "b.txt", "再试一次", "text/plain");
    await attached(page, "b.txt").getByText("上传失败，请重试").waitFor();
    await attached(page, "b.txt").getByRole("button", { name: "重试" }).click();
    await attached(page, "b.txt").getByText("token").waitFor();
  });

  it("without text are sent as images of their pages, for a price that is shown before", async () => {
    const { page } = await openChat();
    await attach(page, "扫描.pdf", pdf("", "", ""), "application/pdf");
    const item = attached(page, "扫描.pdf");
    await item.getByText("没有文字的扫描件。").waitFor();
    expect(await violations(page)).toEqual([]);
    await item.getByRole("button", { name: "将 3 页作为图片发送，约 3,000 个 token" }).click();
    await item.getByText("3 张图片").waitFor();
    await ask(page, "上面写了什么？", [{ delta: "一条线 [扫描.pdf p. 2]" }]);
    const [request] = await modelRequests();
    const content = request?.body.messages.at(-1)?.content as { type: string }[];
    expect(content.filter(({ type }) => type === "image_url")).toHaveLength(3);
    await page.locator("article").getByText("3 张图片").waitFor();
    await lastReply(page).getByRole("button", { name: "第 2 页" }).click();
    const frame = page.getByRole("dialog", { name: "扫描.pdf" }).locator("iframe");
    await expect.poll(() => frame.getAttribute("src")).toMatch(/^blob:.*#page=2$/);
  });
});
