// Starts the servers of the browser tests, once per parallel worker: the local stage like `make dev`, on free ports with
// its own data, a scripted model, and the production build of the SPA.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { freePort } from "./ports";

declare module "vitest" {
  interface ProvidedContext {
    /** One stack per parallel worker. */
    stacks: StackAddresses[];
  }
}

export interface StackAddresses {
  /** The production build. */
  spaUrl: string;
  /** The development server's URL, from the output of `make dev`. */
  developmentUrl: string;
  /** The scripted model's control address. */
  providerUrl: string;
  /** The page of the caught mails. */
  mailUrl: string;
}

const run = promisify(execFile);
const frontend = fileURLToPath(new URL("..", import.meta.url));
const repository = join(frontend, "..");
const python = join(repository, ".venv/bin/python");
const vite = join(frontend, "node_modules/.bin/vite");
const READY_TIMEOUT_MS = 180_000;
// NODE_ENV of the test run must not apply to the build.
const PRODUCTION = { NODE_ENV: "production" };

export default async function startStacks(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "chat-e2e-"));
  const children: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(children.reverse().map(stopChild));
    await rm(folder, { recursive: true, force: true });
  };
  const workers = project.config.maxWorkers;
  const build = join(folder, "build");
  const storePorts = await freePorts(workers);
  try {
    const [, ...stacks] = await Promise.all([
      run(vite, ["build", "--outDir", build, "--logLevel", "error"], {
        cwd: frontend,
        env: {
          ...process.env,
          ...PRODUCTION,
          // The page's policy allows the stores of all stacks, because they share one build.
          VITE_OBJECT_STORE_ORIGIN: storePorts.map((port) => `http://localhost:${port}`).join(" "),
        },
      }),
      ...storePorts.map((port, index) => startStack(join(folder, `${index + 1}`), index + 1, port, children)),
    ]);
    project.provide("stacks", await Promise.all(stacks.map((servePreview) => servePreview(build))));
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Starts a worker's stack. Returns the function that serves a build in front of it. */
async function startStack(
  folder: string,
  worker: number,
  objectStore: number,
  children: ChildProcess[],
): Promise<(build: string) => Promise<StackAddresses>> {
  const [http, webSocket, invoke, search, spa, provider, preview, mail, mailPage, identity] =
    await freePorts(10);
  const clientSecret = "a-client-secret-for-tests";
  const environment = {
    ...process.env,
    CHAT_DATA_DIR: join(folder, "data"),
    HTTP_PORT: `${http}`,
    WEBSOCKET_PORT: `${webSocket}`,
    INVOKE_PORT: `${invoke}`,
    SEARCH_PORT: `${search}`,
    MAIL_PORT: `${mail}`,
    MAIL_PAGE_PORT: `${mailPage}`,
    OBJECT_STORE_PORT: `${objectStore}`,
    SPA_PORT: `${spa}`,
    // Development servers cannot share a cache folder.
    VITE_CACHE_DIR: `node_modules/.vite-e2e-${worker}`,
    CORS_ORIGINS: [spa, preview].map((port) => `http://localhost:${port}`).join(","),
    // Otherwise each registration and login takes a quarter of a second of processor time.
    PASSWORD_HASH_COST: "4",
    // All accounts of the tests come from one address.
    REGISTRATIONS_PER_ADDRESS_PER_HOUR: "10000",
    REGISTRATIONS_PER_NETWORK_PER_HOUR: "10000",
    MODEL: "0",
    DEFAULT_MODEL_BASE_URL: `http://127.0.0.1:${provider}/v1`,
    DEFAULT_MODEL: "scripted",
    DEFAULT_MODEL_API_KEY: "scripted",
    OIDC_PROVIDERS: JSON.stringify([
      {
        id: "example",
        name: "Example ID",
        issuer: `http://127.0.0.1:${identity}`,
        client_id: "chat",
        client_secret: clientSecret,
      },
    ]),
  };
  const start = (command: string, options: string[], cwd: string, extra: NodeJS.ProcessEnv = {}) => {
    const child = spawn(command, options, {
      cwd,
      env: { ...environment, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    return child;
  };

  const stage = start(python, ["-m", "infra.local.dev"], repository);
  const identityProvider = start("node", ["tests/support/node/identity_provider.mjs"], repository, {
    PORT: `${identity}`,
    // The site is the first of the origins above.
    REDIRECT_URI: `http://localhost:${spa}/oidc.html`,
    CLIENT_SECRET: clientSecret,
  });
  const model = start(python, ["-m", "tests.support.scripted_provider", "--port", `${provider}`], repository);
  await Promise.all([
    printed(stage, /^ready: /),
    answers(`http://127.0.0.1:${provider}/v1/models`, model),
    answers(`http://127.0.0.1:${identity}/.well-known/openid-configuration`, identityProvider),
  ]);
  return async (build) => {
    const served = start(vite, ["preview", "--outDir", build, "--port", `${preview}`], frontend, {
      ...PRODUCTION,
      API_TARGET: `http://localhost:${http}`,
    });
    await answers(`http://127.0.0.1:${preview}/`, served);
    return {
      spaUrl: `http://localhost:${preview}`,
      developmentUrl: `http://localhost:${spa}`,
      providerUrl: `http://127.0.0.1:${provider}`,
      mailUrl: `http://127.0.0.1:${mailPage}`,
    };
  };
}

async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) ports.push(await freePort());
  return ports;
}

/** Waits for a line of output; fails with the output so far when the process ends first. */
async function printed(child: ChildProcess, line: RegExp): Promise<void> {
  const output: string[] = [];
  child.stderr?.on("data", (data: Buffer) => output.push(data.toString()));
  await new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${reason}\n${output.slice(-60).join("\n")}`));
    const timer = setTimeout(() => fail(`no ${line} within ${READY_TIMEOUT_MS} ms`), READY_TIMEOUT_MS);
    child.once("exit", (code) => fail(`the stack ended with ${code}`));
    if (!child.stdout) return fail("no output");
    createInterface({ input: child.stdout }).on("line", (text) => {
      output.push(text);
      if (!line.test(text)) return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  child.stdout?.resume();
  child.stderr?.resume();
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`what serves ${url} ended with ${child.exitCode}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}
