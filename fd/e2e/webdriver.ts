// Client of the browsers that Playwright cannot drive as Debian packages them: Firefox over WebDriver BiDi, and WebKitGTK
// over WebDriver (W3C). Both protocols have the same input actions.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./ports";

const FIREFOX = "/usr/bin/firefox-esr";
const WEBKIT_DRIVER = "/usr/bin/WebKitWebDriver";
const WEBKIT_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
const XVFB = "/usr/bin/Xvfb";
const TIMEOUT_MS = 45_000;
const START_TIMEOUT_MS = 90_000;

/** Keys of WebDriver's input actions. */
export const KEYS = { enter: "\uE007", control: "\uE009", delete: "\uE017" } as const;

/** The transport of one of the protocols, with one page. */
interface BrowserConnection {
  open(url: string): Promise<void>;
  /** Evaluates an expression, which may be a promise, of a JSON value. */
  evaluate(expression: string): Promise<unknown>;
  perform(actions: readonly object[]): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  readonly name: string;
  /** The Debian packages that it needs, and files of them. */
  readonly packages: string;
  readonly files: readonly string[];
  readonly connect: () => Promise<BrowserConnection>;
}

export const ENGINES: readonly Engine[] = [
  { name: "Firefox", packages: "firefox-esr", files: [FIREFOX], connect: connectFirefox },
  {
    name: "WebKit",
    packages: "webkit2gtk-driver xvfb",
    files: [WEBKIT_DRIVER, WEBKIT_BROWSER, XVFB],
    connect: connectWebKit,
  },
];

export const isInstalled = ({ files }: Engine): boolean => files.every((file) => existsSync(file));

/** A page that a test operates as a user does. Selectors are of CSS. */
export class DrivenPage {
  readonly #connection: BrowserConnection;

  constructor(connection: BrowserConnection) {
    this.#connection = connection;
  }

  open = (url: string) => this.#connection.open(url);
  resize = (width: number, height: number) => this.#connection.resize(width, height);

  /** The value of a function that runs in the page, without variables from outside except `argument`, a JSON value. */
  async evaluate<Result, Argument = undefined>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    return (await this.#connection.evaluate(`(${run})(${JSON.stringify(argument)})`)) as Result;
  }

  /** Waits until the function returns a value that is not falsy, and returns that. */
  async waitFor<Result, Argument = undefined>(
    run: (argument: Argument) => Result,
    argument?: Argument,
  ): Promise<NonNullable<Result>> {
    const deadline = Date.now() + TIMEOUT_MS;
    for (;;) {
      const value = await this.evaluate(run, argument);
      if (value) return value;
      if (Date.now() > deadline)
        throw new Error(
          `${run} was not true of ${JSON.stringify(argument)} in time:\n${await this.evaluate(() => document.body.innerText)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Clicks the middle of the last visible element of a selector, once there is one. */
  async click(selector: string): Promise<void> {
    const { x, y } = await this.waitFor((wanted) => {
      const elements = [...document.querySelectorAll<HTMLElement>(wanted)];
      const element = elements.findLast((candidate) => candidate.checkVisibility());
      element?.scrollIntoView({ block: "nearest" });
      const box = element?.getBoundingClientRect();
      return box && { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    }, selector);
    await this.#connection.perform([
      {
        type: "pointer",
        id: "mouse",
        parameters: { pointerType: "mouse" },
        actions: [
          { type: "pointerMove", x, y, origin: "viewport" },
          { type: "pointerDown", button: 0 },
          { type: "pointerUp", button: 0 },
        ],
      },
    ]);
  }

  /** Types into the focused element: a text, and keys of KEYS. */
  async type(text: string): Promise<void> {
    const strokes = [...text].flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.#connection.perform([{ type: "key", id: "keyboard", actions: strokes }]);
  }

  /** Presses a key while Control is held. */
  async pressWithControl(key: string): Promise<void> {
    const actions = [
      { type: "keyDown", value: KEYS.control },
      { type: "keyDown", value: key },
      { type: "keyUp", value: key },
      { type: "keyUp", value: KEYS.control },
    ];
    await this.#connection.perform([{ type: "key", id: "keyboard", actions }]);
  }
}

async function connectFirefox(): Promise<BrowserConnection> {
  const profile = await mkdtemp(join(tmpdir(), "chat-firefox-"));
  await writeFile(join(profile, "user.js"), 'user_pref("browser.shell.checkDefaultBrowser", false);\n');
  const options = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const firefox = spawn(FIREFOX, [...options, "about:blank"], { stdio: ["ignore", "ignore", "pipe"] });
  const stop = async () => {
    await end(firefox);
    await rm(profile, { recursive: true, force: true });
  };
  try {
    const address = await lineOf(firefox, "stderr", /WebDriver BiDi listening on (ws:\S+)/);
    const bidi = await BidiSocket.open(`${address}/session`);
    await bidi.send("session.new", { capabilities: {} });
    const { contexts } = await bidi.send<{ contexts: { context: string }[] }>("browsingContext.getTree", {});
    const context = contexts[0]?.context;
    return {
      open: async (url) =>
        void (await bidi.send("browsingContext.navigate", { context, url, wait: "complete" })),
      evaluate: async (expression) => {
        const answer = await bidi.send<BidiResult>("script.evaluate", {
          expression: `(async () => JSON.stringify(await ${expression}))()`,
          target: { context },
          awaitPromise: true,
          userActivation: false,
        });
        if (answer.type === "exception") throw new Error(answer.exceptionDetails.text);
        return parsed(answer.result.value);
      },
      perform: async (actions) => void (await bidi.send("input.performActions", { context, actions })),
      resize: async (width, height) =>
        void (await bidi.send("browsingContext.setViewport", { context, viewport: { width, height } })),
      close: async () => {
        bidi.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type BidiResult =
  | { type: "success"; result: { value?: string } }
  | { type: "exception"; exceptionDetails: { text: string } };

/** Commands and their answers over WebDriver BiDi's socket. */
class BidiSocket {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (error: Error) => void }
  >();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, type, result, error, message } = JSON.parse(String(data)) as Record<string, unknown>;
      const command = this.#waiting.get(Number(id));
      this.#waiting.delete(Number(id));
      if (type === "success") command?.resolve(result);
      else command?.reject(new Error(`${error}: ${message}`));
    });
    socket.addEventListener("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the browser has ended"));
    });
  }

  static async open(url: string): Promise<BidiSocket> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", () => reject(new Error(`${url} does not answer`)));
    });
    return new BidiSocket(socket);
  }

  send<Result>(method: string, params: object): Promise<Result> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/** WebKitGTK needs a display, so that it runs on a virtual one. */
async function connectWebKit(): Promise<BrowserConnection> {
  const screen = spawn(XVFB, ["-displayfd", "1", "-screen", "0", "1440x1000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const children: ChildProcess[] = [screen];
  const stop = async () => {
    for (const child of children.reverse()) await end(child);
  };
  try {
    const display = await lineOf(screen, "stdout", /^(\d+)$/);
    const port = await freePort();
    const env = { ...process.env, DISPLAY: `:${display}`, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" };
    children.push(spawn(WEBKIT_DRIVER, [`--port=${port}`], { env, stdio: "ignore" }));
    const address = `http://127.0.0.1:${port}`;
    await answering(`${address}/status`);
    const alwaysMatch = { "webkitgtk:browserOptions": { binary: WEBKIT_BROWSER, args: ["--automation"] } };
    const { sessionId } = await call<{ sessionId: string }>(`${address}/session`, {
      capabilities: { alwaysMatch },
    });
    const session = `${address}/session/${sessionId}`;
    return {
      open: async (url) => void (await call(`${session}/url`, { url })),
      evaluate: async (expression) => {
        const script = `const done = arguments[arguments.length - 1];
          (async () => JSON.stringify(await ${expression}))().then(done, (error) => done({error: String(error)}));`;
        const answer = await call<string | null | { error: string }>(`${session}/execute/async`, {
          script,
          args: [],
        });
        if (answer !== null && typeof answer === "object") throw new Error(answer.error);
        return parsed(answer);
      },
      perform: async (actions) => void (await call(`${session}/actions`, { actions })),
      resize: async (width, height) =>
        void (await call(`${session}/window/rect`, { x: 0, y: 0, width, height })),
      close: async () => {
        await fetch(session, { method: "DELETE" });
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function call<Result>(url: string, body: object): Promise<Result> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: Result & { message?: string } };
  if (!response.ok) throw new Error(`${url}: ${value.message}`);
  return value;
}

/** JSON has no undefined. */
function parsed(value: string | null | undefined): unknown {
  return value === null || value === undefined ? undefined : JSON.parse(value);
}

async function answering(url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await fetch(url).catch(() => null))?.ok) {
    if (Date.now() > deadline) throw new Error(`${url} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The first group of a pattern in the first line of a process's output that matches. */
async function lineOf(child: ChildProcess, stream: "stdout" | "stderr", pattern: RegExp): Promise<string> {
  const output = child[stream];
  if (!output) throw new Error("the process has no output");
  const lines = createInterface({ input: output });
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${child.spawnfile}: ${reason}`));
    const timer = setTimeout(() => fail(`no ${pattern} in time`), START_TIMEOUT_MS);
    child.once("error", ({ message }) => fail(message));
    child.once("exit", (code) => fail(`ended with ${code}`));
    lines.on("line", (line) => {
      const match = pattern.exec(line);
      if (!match) return;
      clearTimeout(timer);
      resolve(match[1] ?? "");
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
