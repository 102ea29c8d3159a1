// Browser benchmark of an import of many conversations, with the production build. Methods: README.md.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, describe, expect, it } from "vitest";
import { openChat } from "../e2e/browser";
import { replyText } from "../e2e/long-conversation";
import { ZipWriter } from "../src/features/archive/zip-writer";
import { chatgptMessage, chatgptNode, PIXEL } from "../src/testing/exports";
import { installProbe } from "./page";
import { type Figure, isReached, keep, table } from "./results";

const CONVERSATIONS = 5000;
const TURNS = 4;
/** Every fiftieth conversation has an image, which is uploaded by itself. */
const IMAGE_DISTANCE = 50;
const IMAGE = "file_0000000000pixel";
/** Conversations of a file in the archive, as in ChatGPT's exports. */
const FILE_SIZE = 100;
const MAX_TASK_MS = 100;
const MAX_IMPORT_MS = 5 * 60_000;

const figures: Figure[] = [];
let browserVersion = "";

function record(name: string, unit: Figure["unit"], goal: number | null, value: number): void {
  figures.push({ name: `import of ${CONVERSATIONS}: ${name}`, unit, goal, runs: [value], floor: null });
}

function recordTasks(name: string, { task, processor }: { task: number; processor: number }): void {
  record(`${name}, longest task`, "ms", MAX_TASK_MS, task);
  record(`${name}, longest task, processor time`, "ms", MAX_TASK_MS, processor);
}

function conversation(n: number) {
  const id = `bench-${n}`;
  const at = Date.UTC(2024, 0, 1) / 1000 + n * 3600;
  const hasImage = n % IMAGE_DISTANCE === 0;
  const nodes = [chatgptNode(`${id}-root`, null, null)];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const question = `Question ${turn} of conversation ${n}?`;
    const image = { content_type: "image_asset_pointer", asset_pointer: `sediment://${IMAGE}` };
    const content =
      hasImage && turn === 0 ? { content_type: "multimodal_text", parts: [image, question] } : question;
    const parent = nodes.at(-1)?.id as string;
    nodes.push(
      chatgptNode(`${id}-q${turn}`, parent, chatgptMessage("user", content, { create_time: at + turn })),
      chatgptNode(
        `${id}-r${turn}`,
        `${id}-q${turn}`,
        chatgptMessage("assistant", replyText(n + turn), { create_time: at + turn }),
      ),
    );
  }
  return {
    title: `Conversation ${n}`,
    create_time: at,
    update_time: at + 600,
    mapping: Object.fromEntries(nodes.map((node) => [node.id, node])),
    current_node: nodes.at(-1)?.id,
    conversation_id: id,
    id,
  };
}

/** Writes an export of ChatGPT's into the folder, and returns its path. */
async function writeExport(folder: string): Promise<string> {
  const writer = new ZipWriter();
  for (let start = 0; start < CONVERSATIONS; start += FILE_SIZE) {
    const part = Array.from({ length: FILE_SIZE }, (_, index) => conversation(start + index));
    const name = `conversations-${String(start / FILE_SIZE).padStart(3, "0")}.json`;
    await writer.add(name, new Blob([JSON.stringify(part)]), true);
  }
  await writer.add(`${IMAGE}-pixel.png`, new Blob([Buffer.from(PIXEL, "base64")]), false);
  const path = join(folder, "export.zip");
  await writeFile(path, Buffer.from(await writer.end().arrayBuffer()));
  return path;
}

interface TraceEvent {
  name: string;
  ph: string;
  tid: number;
  args: { name?: string };
  /** Processor time in µs. */
  tdur?: number;
}

/** Longest task of the page's main thread in a trace, in ms of its processor time. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const threads = traceEvents.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const ids = new Set(threads.map(({ tid }) => tid));
  const tasks = traceEvents.filter(
    ({ name, tid }) => name === "ThreadControllerImpl::RunTask" && ids.has(tid),
  );
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/**
 * Does something in the page, and returns in ms the time until it is done, and the longest task: `task` as the browser
 * reports those of more than 50 ms, and `processor` its processor time, which is less dependent on other load.
 */
async function measured(
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ time: number; task: number; processor: number }> {
  const browser = page.context().browser() as Browser;
  await page.evaluate(() => {
    window.probe.longTasks.length = 0;
    window.probe.watchedFrom = performance.now();
  });
  await browser.startTracing(page, { categories: ["toplevel"] });
  const start = performance.now();
  await act();
  const time = performance.now() - start;
  // The observer is called in a task of its own, after the long one.
  const task = await page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        window.afterFrame(() => setTimeout(() => resolve(Math.max(0, ...window.probe.longTasks)))),
      ),
  );
  return { time, task, processor: longestTask(await browser.stopTracing()) };
}

/** Scrolls a list to its end, in jumps with a frame after each. */
function scrollThrough(list: Locator): Promise<void> {
  return list.evaluate(
    (element) =>
      new Promise<void>((resolve) => {
        const scroller = element.parentElement as HTMLElement;
        const jump = () => {
          const { scrollTop, scrollHeight, clientHeight } = scroller;
          if (scrollTop + clientHeight >= scrollHeight - 1) return resolve();
          scroller.scrollTop += Math.max(clientHeight, scrollHeight / 50);
          window.afterFrame(jump);
        };
        jump();
      }),
  );
}

afterAll(async () => {
  console.info(table(figures));
  await keep(figures, browserVersion, "import-results.json");
});

describe(`an import of ${CONVERSATIONS} conversations`, () => {
  it("leaves the page responsive", async () => {
    const folder = await mkdtemp(join(tmpdir(), "chat-bench-"));
    try {
      const path = await writeExport(folder);
      const { page } = await openChat({ prepare: installProbe });
      browserVersion = `Chromium ${page.context().browser()?.version()}`;
      await page.goto("/#/settings/data");
      const importing = page.getByRole("button", { name: `导入 ${CONVERSATIONS} 个对话` });

      const scan = await measured(page, async () => {
        await page.locator("input[type=file]").setInputFiles(path);
        await importing.waitFor({ timeout: MAX_IMPORT_MS });
      });
      record("reading the files", "ms", null, scan.time);
      recordTasks("reading the files", scan);

      const preview = await measured(page, async () => {
        await page.getByText("选择对话").click();
        await page.getByRole("checkbox", { name: "Conversation 0 " }).waitFor();
        await scrollThrough(page.locator("details[open] ul"));
        const last = page.getByRole("checkbox", { name: `Conversation ${CONVERSATIONS - 1} ` });
        await last.uncheck();
        await last.check();
        await page.getByRole("checkbox", { name: /ChatGPT/ }).uncheck();
        await page.getByRole("checkbox", { name: /ChatGPT/ }).check();
      });
      recordTasks("choosing", preview);

      const run = await measured(page, async () => {
        await importing.click();
        await page.getByText("导入完成").waitFor({ timeout: 2 * MAX_IMPORT_MS });
        await page.getByRole("navigation", { name: "对话" }).getByRole("link").first().waitFor();
      });
      record("from the press to the end", "ms", MAX_IMPORT_MS, run.time);
      recordTasks("from the press to the end", run);
      await page.getByText(`已导入 ${CONVERSATIONS} 个`, { exact: true }).waitFor();

      const results = await measured(page, () => scrollThrough(page.getByRole("list", { name: "结果" })));
      recordTasks("scrolling the results", results);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is as fast as it is meant to be", () => {
    expect(figures.filter((figure) => !isReached(figure)).map(({ name }) => name)).toEqual([]);
  });
});
