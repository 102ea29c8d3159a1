// Browser benchmarks of the chat, with its production build. Methods: README.md.
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composer, openPage, registerAccount, stack } from "../e2e/browser";
import { importLongConversation, replyText } from "../e2e/long-conversation";
import { type Conditions, countNodes, impose, installProbe, MARKER, timeToText, watchMarkers } from "./page";
import { type Figure, isReached, keep, percentile, table } from "./results";
import { FLOOR_PATH, type Site, serveSite } from "./site";

const RUNS = 5;
const MESSAGES = 1000;
const TITLE = "很长的对话";
const TOKENS_A_SECOND = 500;
const STREAM_SECONDS = 12;
/** Characters per token; mixed Chinese and English has between two and five. */
const TOKEN_LENGTH = 4;
const MARKER_DISTANCE = 10;
/** Interval between key presses of a good typist, in ms. */
const KEYSTROKE_MS = 200;
const SLOW: Conditions = { cpu: 4, network: { kilobitsPerSecond: 1600, latencyMs: 150 } };

type StorageState = Exclude<BrowserContextOptions["storageState"], string | undefined>;

const figures: Figure[] = [];
let browserVersion = "";
let site: Site;
/** Storage state with the session, whose tokens change at every use. */
let session: StorageState;

function record(
  name: string,
  unit: Figure["unit"],
  goal: number | null,
  runs: number[],
  floor: number[] | null = null,
): void {
  figures.push({ name, unit, goal, runs, floor });
}

/** A page with an empty cache, logged in to the account with the long conversation. */
async function freshPage(conditions: Conditions = {}): Promise<Page> {
  const page = await openPage({ baseURL: site.url, storageState: session });
  await installProbe(page);
  await impose(page, conditions);
  return page;
}

async function leave(page: Page): Promise<void> {
  // An interrupted token refresh would end the session.
  await page.waitForLoadState("networkidle");
  session = await page.context().storageState();
  await page.context().close();
}

async function repeated<T>(act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < RUNS; run += 1) results.push(await act());
  return results;
}

/** kB of scripts as sent, and the number of requests, until the network is idle. */
async function load(page: Page): Promise<{ scripts: number; requests: number }> {
  let requests = 0;
  const scripts: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    requests += 1;
    if (request.resourceType() === "script")
      scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto("/");
  await page.locator("form input, form textarea").first().waitFor();
  await page.waitForLoadState("networkidle");
  return { scripts: (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0) / 1000, requests };
}

interface StreamedText {
  pieces: string[];
  /** Indexes of the pieces with a marker, in order. */
  marked: number[];
}

/** Typical Markdown of a model, in tokens. Some tokens outside code end with a marker. */
function streamedText(tokens: number): StreamedText {
  let text = "";
  for (let position = 1; text.length < tokens * TOKEN_LENGTH; position += 2)
    text += `${replyText(position)}\n\n`;
  const marked: number[] = [];
  const pieces = Array.from({ length: tokens }, (_, index) => {
    const piece = text.slice(index * TOKEN_LENGTH, (index + 1) * TOKEN_LENGTH);
    if (index < (marked.at(-1) ?? -MARKER_DISTANCE) + MARKER_DISTANCE || !/\p{Script=Han}$/u.test(piece))
      return piece;
    marked.push(index);
    return `${piece}${MARKER}${marked.length - 1} `;
  });
  return { pieces, marked };
}

async function openLongConversation(page: Page): Promise<number> {
  await page.goto("/");
  await page.waitForLoadState("networkidle");
  await page.getByRole("navigation").getByRole("link", { name: TITLE }).click({ noWaitAfter: true });
  return timeToText(page, replyText(MESSAGES - 1).slice(4, 10));
}

beforeAll(async () => {
  site = await serveSite(stack().spaUrl);
});

afterAll(async () => {
  await site.close();
  console.info(table(figures));
  await keep(figures, browserVersion, "results.json");
});

describe("the chat", () => {
  it("loads little", async () => {
    const page = await openPage({ baseURL: site.url });
    browserVersion = `Chromium ${page.context().browser()?.version()}`;
    const login = await load(page);
    record("log-in: scripts, compressed", "kB", 110, [login.scripts]);
    record("log-in: requests", "", 15, [login.requests]);

    const account = await registerAccount(page);
    await importLongConversation(account, { title: TITLE, count: MESSAGES, versionAt: 501 });
    await leave(page);
    const shell = await freshPage();
    const loaded = await load(shell);
    await leave(shell);
    record("chat: scripts, compressed", "kB", 190, [loaded.scripts]);
    record("chat: requests", "", 15, [loaded.requests]);
  });

  it.each([
    ["typing-ready", {}, 300],
    ["typing-ready, 1.6 Mb/s, 150 ms, 4x CPU", SLOW, 1500],
  ] as const)("is ready to type in (%s)", async (name, conditions, goal) => {
    const times = await repeated(async () => {
      const page = await freshPage(conditions);
      await page.goto("/", { waitUntil: "commit" });
      await page.waitForFunction(() => window.probe.ready !== null);
      await composer(page).pressSequentially("快");
      await page.waitForFunction(() => window.probe.running !== null);
      expect(await composer(page).inputValue()).toBe("快");
      // Clear the draft, which is kept in storage.
      await composer(page).fill("");
      const { ready, running } = await page.evaluate(() => window.probe);
      await leave(page);
      return { ready: ready as number, running: running as number };
    });
    record(
      name,
      "ms",
      goal,
      times.map(({ ready }) => ready),
    );
    record(
      name.replace("typing-ready", "application running"),
      "ms",
      null,
      times.map(({ running }) => running),
    );
  });

  it.each([
    [`opening ${MESSAGES} messages`, {}, 200],
    [`opening ${MESSAGES} messages, 4x CPU`, { cpu: 4 }, null],
  ] as const)("opens long conversations (%s)", async (name, conditions, goal) => {
    const times = await repeated(async () => {
      const page = await freshPage(conditions);
      const time = await openLongConversation(page);
      await leave(page);
      return time;
    });
    record(name, "ms", goal, times);
  });

  it.each([
    // As the backend sends them: ten groups per second.
    ["in groups", TOKENS_A_SECOND / 10, true],
    // Fifty times as many events, as from a server without grouping.
    ["each by itself", 1, false],
  ])("shows a fast reply as it comes (%s)", async (how, group, hasGoal) => {
    const { pieces, marked } = streamedText(TOKENS_A_SECOND * STREAM_SECONDS);
    const groups = Array.from({ length: Math.ceil(pieces.length / group) }, (_, index) =>
      pieces.slice(index * group, (index + 1) * group).join(""),
    );
    const follow = async (page: Page, ask: () => Promise<unknown>) => {
      Object.assign(site.reply, { pieces: groups, perSecond: TOKENS_A_SECOND / group });
      const watching = watchMarkers(page, marked.length);
      await ask();
      let nodes = 0;
      const counting = setInterval(() => {
        void countNodes(page).then((count) => {
          nodes = Math.max(nodes, count);
        });
      }, 2000);
      await watching;
      clearInterval(counting);
      nodes = Math.max(nodes, await countNodes(page));
      const { shownAt, longTasks } = await page.evaluate(() => window.probe);
      const lags = shownAt.map(
        (time, index) => time - (site.reply.sentAt[Math.floor((marked[index] as number) / group)] as number),
      );
      return {
        lag50: percentile(lags, 0.5),
        lag95: percentile(lags, 0.95),
        task: Math.max(0, ...longTasks),
        nodes,
      };
    };
    const runs = await repeated(async () => {
      const empty = await freshPage({ cpu: 4 });
      await empty.goto(FLOOR_PATH);
      const floor = await follow(empty, () => empty.evaluate(() => void window.ask()));
      await empty.context().close();

      const page = await freshPage({ cpu: 4 });
      await openLongConversation(page);
      // Type at a person's speed, which gives the page time to preload the renderers.
      await composer(page).pressSequentially("说得快一点", { delay: KEYSTROKE_MS });
      const product = await follow(page, () => composer(page).press("Enter"));
      await leave(page);
      return { floor, product };
    });
    const name = `${TOKENS_A_SECOND} tokens/s, ${how}, into ${MESSAGES} messages, 4x CPU`;
    const figure = (
      what: string,
      unit: Figure["unit"],
      goal: number | null,
      key: keyof (typeof runs)[0]["floor"],
    ) =>
      record(
        `${name}: ${what}`,
        unit,
        goal,
        runs.map(({ product }) => product[key]),
        runs.map(({ floor }) => floor[key]),
      );
    figure("lag, median", "ms", null, "lag50");
    figure("lag, p95", "ms", hasGoal ? 50 : null, "lag95");
    figure("longest task of more than 50 ms", "ms", hasGoal ? 50 : null, "task");
    figure("nodes", "", null, "nodes");
  });

  it("is as fast as it is meant to be", () => {
    expect(figures.filter((figure) => !isReached(figure)).map(({ name }) => name)).toEqual([]);
  });
});
