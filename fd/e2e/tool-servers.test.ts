// Tool servers: added, connected and restricted in the settings, with a real MCP server.
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openChat } from "./browser";

const SERVER = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);
let server: ChildProcess;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}/mcp`;
  server = spawn(process.execPath, [SERVER, "streamableHttp"], {
    env: { ...process.env, PORT: `${port}` },
    stdio: "ignore",
  });
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 60_000 });
});

afterAll(() => {
  server.kill();
});

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe("tool servers", () => {
  it("are connected when they are added; each tool has a policy; one that does not answer says so", async () => {
    const { page } = await openChat();
    await page.goto("/#/settings/tools");
    const add = async (name: string, address: string) => {
      await page.getByRole("button", { name: "添加工具服务器" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("名称").fill(name);
      await dialog.getByLabel("URL").fill(address);
      await dialog.getByRole("button", { name: "保存" }).click();
      await dialog.waitFor({ state: "detached" });
      return page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
    };

    const card = await add("全部", url);
    await card.getByText(/已连接，共 \d+ 个工具/).waitFor();
    await card.getByText(/^\d+ 个工具$/).click();
    const policy = card.getByRole("combobox", { name: /echo/i });
    await policy.selectOption("从不");
    await page.reload();
    await card.getByText(/^\d+ 个工具$/).click();
    await expect.poll(() => policy.inputValue()).toBe("deny");

    const unreachable = await add("无", "http://127.0.0.1:9/mcp");
    await unreachable.getByText("无法连接工具服务器。").waitFor();

    await card.getByRole("button", { name: "删除“全部”" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "删除" }).click();
    await card.waitFor({ state: "detached" });
  });
});
