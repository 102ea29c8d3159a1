// Moving in from other products, and within this one.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ZipWriter } from "../src/features/archive/zip-writer";
import { ExportReader } from "../src/features/data/export-reader";
import {
  CHATGPT_IMAGES,
  chatgptConversation,
  claudeConversation,
  librechatConversation,
  openWebuiConversation,
  PIXEL,
} from "../src/testing/exports";
import { violations } from "./axe";
import { ask, lastReply, openChat } from "./browser";

const rows = (page: Page) => page.getByRole("navigation", { name: "对话" }).getByRole("link");

async function zip(files: Record<string, Blob>) {
  const writer = new ZipWriter();
  for (const [name, content] of Object.entries(files))
    await writer.add(name, content, name.endsWith(".json"));
  return {
    name: "export.zip",
    mimeType: "application/zip",
    buffer: Buffer.from(await writer.end().arrayBuffer()),
  };
}

const json = (value: unknown) => new Blob([JSON.stringify(value)]);
const jsonFile = (name: string, value: unknown) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(JSON.stringify(value)),
});

/** The exports of each product, with the title of the conversation in it. */
async function exports() {
  const pixel = new Blob([Buffer.from(PIXEL, "base64")]);
  const images = Object.fromEntries(CHATGPT_IMAGES.map((name) => [name, pixel]));
  return [
    {
      source: "ChatGPT",
      file: await zip({ "conversations-000.json": json([chatgptConversation(1)]), ...images }),
      images: 2,
    },
    { source: "Claude", file: await zip({ "conversations.json": json([claudeConversation(1)]) }), images: 0 },
    { source: "Open WebUI", file: jsonFile("chat-export.json", [openWebuiConversation(1)]), images: 1 },
    { source: "LibreChat", file: jsonFile("chat.json", librechatConversation(1, true)), images: 0 },
  ];
}

async function importFile(
  page: Page,
  file: { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  await page.goto("/#/settings/data");
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByRole("button", { name: /^导入 \d+ 个对话$/ }).click();
  await page.getByText("导入完成").waitFor();
}

describe("moving in", () => {
  it("brings the conversations of each product, once, and takes them back", async () => {
    const { page } = await openChat();
    for (const { source, file, images } of await exports()) {
      await page.goto("/#/settings/data");
      await page.locator("input[type=file]").setInputFiles(file);
      await page.getByText(source, { exact: true }).waitFor();
      if (source === "ChatGPT") {
        expect(await violations(page)).toEqual([]);
      }
      await page.getByRole("button", { name: "导入 1 个对话" }).click();
      await page.getByText("已导入 1 个", { exact: true }).waitFor();
      if (source === "ChatGPT") expect(await violations(page)).toEqual([]);
      await page
        .getByRole("list", { name: "结果" })
        .getByRole("link", { name: `${source} 1` })
        .click();
      await lastReply(page).waitFor();
      await expect.poll(() => lastReply(page).innerText()).toContain("nswer 1");
      await expect.poll(() => page.locator("article[data-role=user]").innerText()).toContain("Question 1");
      if (images > 0) {
        const shown = page.locator("article[data-role=user] img");
        await expect
          .poll(() => shown.evaluateAll((all) => all.map((img) => (img as HTMLImageElement).naturalWidth)))
          .toEqual([1]);
      }
      await page.goto("/#/settings/data");
      await page.getByRole("button", { name: "继续导入" }).click();
    }
    await expect.poll(() => rows(page).count()).toBe(4);

    const again = (await exports()).at(-1);
    await importFile(page, (again as { file: ReturnType<typeof jsonFile> }).file);
    await page.getByText("1 个已存在").waitFor();
    await expect.poll(() => rows(page).count()).toBe(4);
    await page.getByRole("button", { name: "继续导入" }).click();

    const three = [1, 2, 3].map((n) => claudeConversation(n + 10));
    await page.locator("input[type=file]").setInputFiles(jsonFile("conversations.json", three));
    await page.getByText("选择对话").click();
    await page.getByRole("checkbox", { name: /Claude 12/ }).uncheck();
    await page.getByRole("button", { name: "导入 2 个对话" }).click();
    await expect.poll(() => rows(page).count()).toBe(6);
    await page.getByRole("button", { name: "撤销此次导入" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "撤销此次导入" }).click();
    await page.getByText("导入的对话已移到回收站。").waitFor();
    await expect.poll(() => rows(page).count()).toBe(4);
  });
});

describe("moving out", () => {
  it("takes everything in a ZIP, which another account brings back", async () => {
    const { page } = await openChat();
    for (const { file } of await exports()) {
      await importFile(page, file);
      await page.getByRole("button", { name: "继续导入" }).click();
    }
    await page.goto("/");
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Herons fish.") });
    await ask(page, "哪种鸟？", [{ delta: "苍鹭。" }]);
    const take = async (from: Page) => {
      await from.goto("/#/settings/data");
      const [downloaded] = await Promise.all([
        from.waitForEvent("download"),
        from.getByRole("button", { name: "下载为 ZIP" }).click(),
      ]);
      await from.getByText("已保存 5 个对话。", { exact: true }).waitFor();
      return readFile(await downloaded.path());
    };
    const first = await take(page);
    const { page: other } = await openChat();
    await importFile(other, { name: "chat.zip", mimeType: "application/zip", buffer: first });
    await other.getByText("已导入 5 个", { exact: true }).waitFor();
    await other.getByRole("button", { name: "继续导入" }).click();
    const taken = await contents(first);
    expect(taken.flatMap(({ documents }) => documents)).toEqual(["Herons fish."]);
    expect(await contents(await take(other))).toEqual(taken);
  });
});

/** The conversations of a take-out as a reader of it has them, without ids. */
async function contents(archive: Buffer) {
  const reader = new ExportReader([new File([new Uint8Array(archive)], "chat.zip")], { image: "" });
  const conversations = [];
  for await (const found of reader.read()) {
    if ("problem" in found) throw new Error(found.problem.reason);
    const { sourceId: _, leafId, messages, images, documents, ...fields } = found.conversation;
    const positions = new Map(messages.map(({ id }, position) => [id, position]));
    const blobs = await Promise.all([...images.values()].map((image) => reader.image(image)));
    conversations.push({
      ...fields,
      leaf: positions.get(leafId),
      messages: messages.map(({ id: _id, parent_id, content, ...message }) => ({
        ...message,
        content: content.map((part) => (part.type === "file" ? part.file.name : part)),
        parent: positions.get(parent_id ?? ""),
      })),
      images: blobs.map((blob) => blob && [blob.type, blob.size]),
      documents: await Promise.all(
        [...documents.values()].map(async (document) => (await reader.document(document))?.text()),
      ),
    });
  }
  return conversations.sort((a, b) => ((a.title ?? "") < (b.title ?? "") ? -1 : 1));
}
