import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["e2e/**/*.test.ts"],
    globalSetup: ["e2e/stack.ts"],
    // WebDriver BiDi needs a WebSocket, which Node 20 has behind this flag.
    execArgv: ["--experimental-websocket"],
    setupFiles: ["e2e/setup.ts"],
    // Each worker has a stack and a browser of its own, which its files share.
    isolate: false,
    maxWorkers: Number(process.env.E2E_WORKERS ?? 2),
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 45_000, interval: 30 } },
  },
});
