// Browser of the tests, and control of the scripted model.
import { fileURLToPath } from "node:url";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
  type Request,
} from "playwright-core";
import { expect, inject } from "vitest";
import type { StackAddresses } from "./stack";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Chromium heeds the last list only: Playwright's features that change what a page gets, and the panels of the address
  // bar, which take two renderer processes and most of the processor time of an empty page.
  `--disable-features=${[
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
  ].join()}`,
];

const TITLES = "**/conversation/generate_title";

/** The stack of this worker, which no other test uses at the same time. */
export function stack(): StackAddresses {
  const addresses = inject("stacks")[Number(process.env.VITEST_POOL_ID ?? 1) - 1];
  if (!addresses) throw new Error(`no stack was started for worker ${process.env.VITEST_POOL_ID}`);
  return addresses;
}

let browser: Promise<Browser> | undefined;
let complaints: string[] = [];
let expected: RegExp | null = null;
const contexts: BrowserContext[] = [];
let traffic: string[] = [];

/** The browser of this worker, started by its first test; Playwright ends it with the process. */
function startedBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: FLAGS,
    // Without a locale, downloads have ASCII-only file names.
    env: { ...process.env, LANG: "C.UTF-8" },
  });
  return browser;
}

/** Closes the pages of a test and resets the model. Fails if a page logged an error that the test does not expect. */
export async function endTest(hasFailed: boolean): Promise<void> {
  if (hasFailed) await describePages();
  traffic = [];
  for (const context of contexts.splice(0)) await context.close();
  await resetModel();
  const found = complaints.filter((complaint) => !expected?.test(complaint));
  complaints = [];
  expected = null;
  expect(found, "errors and policy violations logged by the page").toEqual([]);
}

/** Prints what the pages of a failed test show, and their last requests. */
async function describePages(): Promise<void> {
  for (const page of contexts.flatMap((context) => context.pages())) {
    const text = await page.locator("body").innerText({ timeout: 5_000 }).catch(String);
    console.log(`${page.url()} shows:\n${text}`);
  }
  console.log(`requests (ms, method, URL, status):\n${traffic.slice(-60).join("\n")}`);
}

/** A page in a new browser profile; console errors and exceptions fail the test. */
export async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (await startedBrowser()).newContext({
    baseURL: stack().spaUrl,
    locale: "zh-CN",
    // Without a service worker, so that each page comes from the server; offline use has its own test.
    serviceWorkers: "block",
    viewport: { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    ...options,
  });
  context.setDefaultTimeout(45_000);
  contexts.push(context);
  context.on("page", watch);
  return context.newPage();
}

/** Allows console errors that a test provokes. */
export function expectComplaints(pattern: RegExp): void {
  expected = pattern;
}

function watch(page: Page): void {
  const startedAt = Date.now();
  const note = (request: Request, outcome: number | string) =>
    traffic.push([Date.now() - startedAt, request.method(), request.url(), outcome].join(" "));
  page.on("response", (response) => note(response.request(), response.status()));
  page.on("requestfailed", (request) => note(request, request.failure()?.errorText ?? "failed"));
  page.on("pageerror", (error) => complaints.push(`${error.message}\n${error.stack ?? ""}`));
  page.on("console", (message) => {
    // The browser logs every response that is not 2xx; the tests check those themselves.
    const expected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !expected) complaints.push(message.text());
  });
}

/** Takes a screenshot for the README, without the caret and unfinished transitions. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({
    path: fileURLToPath(new URL(`../docs/${name}.png`, import.meta.url)),
    animations: "disabled",
  });
}

let accounts = 0;

export interface Account {
  email: string;
  password: string;
  /** The name that the page shows. */
  username: string;
  /** Sends a request to the API as this account, and returns the body of its answer. */
  post: (path: string, body: unknown) => Promise<Record<string, string>>;
}

/** Creates an account through the API, and signs the page in to it, whatever the page shows. */
export async function registerAccount(page: Page): Promise<Account> {
  accounts += 1;
  const email = `user-${Date.now()}-${accounts}@example.com`;
  const password = "correct-horse-1";
  const username = "测试";
  const tokens = await request("/user/register", { email, username, password, confirm_password: password });
  return signIn(page, email, password, username, tokens);
}

async function signIn(
  page: Page,
  email: string,
  password: string,
  username: string,
  tokens: Record<string, string>,
): Promise<Account> {
  const { access_token: accessToken = "", refresh_token: refreshToken = "" } = tokens;
  const session = JSON.stringify({ userId: subjectOf(accessToken), refreshToken });
  // A file of the site gives access to its storage without starting the application.
  await page.goto("/icon.svg");
  await page.evaluate((session) => localStorage.setItem("session", session), session);
  await page.goto("/");
  await applicationComposer(page).waitFor();
  // A page that is left before it has stored its new refresh token loses the session.
  await page.waitForFunction((used) => localStorage.getItem("session") !== used, session);
  return { email, password, username, post: (path, body) => request(path, body, accessToken) };
}

/** Signs the page in to the administrator's account, which the local stage has from its start. */
export async function signInAsAdmin(page: Page): Promise<Account> {
  const [email, password] = ["demo@example.com", "demo-pass-1"];
  return signIn(page, email, password, "demo", await request("/user/login", { email, password }));
}

/**
 * The chat of a new account in a new browser profile. Title requests are aborted, because one is sent in parallel with
 * the first reply and would take an answer that is queued for it; `titles` allows them.
 */
export async function openChat({
  titles = false,
  prepare,
  ...options
}: BrowserContextOptions & {
  titles?: boolean;
  prepare?: ((page: Page) => Promise<unknown>) | undefined;
} = {}): Promise<Account & { page: Page }> {
  const page = await openPage(options);
  if (!titles) await page.context().route(TITLES, (route) => route.abort());
  await prepare?.(page);
  return { ...(await registerAccount(page)), page };
}

/** Imports a conversation into the account, and opens it as after a reload. Returns its id. */
export async function openImported(
  { page, post }: Pick<Account, "post"> & { page: Page },
  messages: readonly ReturnType<typeof storedMessage>[],
  title = "Imported",
): Promise<string> {
  const { id = "" } = await post("/conversation/import", {
    title,
    active_leaf_id: messages.at(-1)?.id,
    messages,
  });
  // A change of the fragment alone would not load the application again.
  await page.goto("about:blank");
  await page.goto(`/#/c/${id}`);
  await lastReply(page).waitFor();
  return id;
}

export async function logIn(page: Page, email: string, password: string): Promise<void> {
  // Wait for the password field first: after a logout the account page, which also has an email field, may still be shown.
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("input[type=email]").fill(email);
  await page.keyboard.press("Enter");
  await composer(page).waitFor();
}

async function request(path: string, body: unknown, token?: string): Promise<Record<string, string>> {
  const response = await fetch(`${stack().spaUrl}/api${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  expect(response.ok, path).toBe(true);
  return (await response.json()) as Record<string, string>;
}

/** The user's id in an access token. */
function subjectOf(accessToken: string): string {
  const claims = Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString();
  return (JSON.parse(claims) as { sub: string }).sub;
}

/** A message of an import; a user's message if its id begins with q. */
export const storedMessage = (id: string, parentId: string | null, text: string, more: object = {}) => ({
  id,
  parent_id: parentId,
  role: id.startsWith("q") ? "user" : "assistant",
  content: [{ type: "text", text }],
  created_at: "2026-01-01T00:00:00Z",
  ...more,
});

export const composer = (page: Page) => page.locator("form textarea").last();

/** The application's composer, which replaces the one of the first paint. */
const applicationComposer = (page: Page) => page.locator("#root form textarea").last();

export const replies = (page: Page) => page.locator("article[data-role=assistant]");

/** The last reply, after it has reached the status. */
export function lastReply(page: Page, status = "completed") {
  return page.locator(`article[data-role=assistant][data-status=${status}]`).last();
}

/** Opens the form of a new model, to be filled in by hand. */
export async function openModelForm(page: Page): Promise<void> {
  await page.goto("/#/settings/models");
  await page.getByRole("button", { name: /^(添加模型|Add model)$/ }).click();
  await page.getByRole("button", { name: /^(全部手动填写|Fill in everything by hand)$/ }).click();
}

/** Opens the page of a new chat. Until that is shown, the field is the one of the page before. */
export async function openNewChat(page: Page): Promise<void> {
  await page.getByRole("link", { name: "新对话" }).first().click();
  await page.getByRole("heading", { name: "今天想聊点什么？" }).waitFor();
}

/** Resolves when the page's WebSocket is open, for which Playwright has no event. */
export async function webSocketOpened(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const opened = new Promise<void>((resolve) => {
    devtools.once("Network.webSocketHandshakeResponseReceived", () => resolve());
  });
  await devtools.send("Network.enable");
  await opened;
}

/** Scrolls the messages with the mouse wheel, and waits until two frames show the same position. */
export async function wheel(page: Page, distance: number): Promise<void> {
  const start = await page.getByRole("region", { name: "消息" }).evaluate((element) => element.scrollTop);
  await page.mouse.wheel(0, distance);
  await page.waitForFunction(async (start) => {
    const list = document.querySelector("section[tabindex='0']");
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const before = list?.scrollTop;
    await frame();
    await frame();
    return before !== start && before === list?.scrollTop;
  }, start);
}

export async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  // Enter alone starts a new line on a touch screen.
  await composer(page).press("Control+Enter");
}

type Step = Record<string, unknown>;

/** Queues the model's answer to the next request. */
export async function scriptReply(
  steps: readonly Step[],
  options: Record<string, unknown> = {},
): Promise<void> {
  await control("POST", "/script", { steps, ...options });
}

/**
 * A title is requested in parallel with the reply, so either could get a queued answer. This delays the page's title
 * requests until the returned function is called with a title.
 */
export async function holdTitles(page: Page): Promise<(title: string) => Promise<void>> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(TITLES, async (route) => {
    await released;
    await route.continue().catch(() => undefined);
  });
  return async (title) => {
    await scriptReply([{ delta: title }]);
    release();
  };
}

/** Sends a message, which the model answers with the steps. Returns the reply when it is completed. */
export async function ask(page: Page, message: string, steps: readonly Step[]): Promise<Locator> {
  const completed = page.locator("article[data-role=assistant][data-status=completed]");
  const before = await completed.count();
  await scriptReply(steps);
  await send(page, message);
  await completed.nth(before).waitFor();
  return completed.last();
}

export async function openGate(name: string): Promise<void> {
  await control("POST", `/gates/${name}`);
}

export interface ModelRequest {
  body: { messages: { role: string; content: unknown }[]; stream?: boolean; model: string };
  images: { url: string; ok: boolean; sha256: string | null; size: number | null }[];
}

export async function modelRequests(): Promise<ModelRequest[]> {
  return (await (await control("GET", "/requests")).json()) as ModelRequest[];
}

async function resetModel(): Promise<void> {
  await control("DELETE", "/requests");
}

function control(method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${stack().providerUrl}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });
}

/** Pieces of a streamed reply, some milliseconds apart. */
export function pieces(text: string, size = 6, after = 0.01): Step[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => ({
    delta: text.slice(index * size, (index + 1) * size),
    after,
  }));
}
