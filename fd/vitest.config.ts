import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { languages } from "./languages.config.ts";

export default defineConfig({
  plugins: [react(), languages()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:5173/" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    // Shares the DOM and the modules within a worker: setting them up takes longer than the tests of most files.
    isolate: false,
    // Some tests parse documents at every prefix, which takes long on a loaded machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As in src/testing/waits.ts.
    expect: { poll: { timeout: 20_000 } },
    restoreMocks: true,
    unstubGlobals: true,
  },
});
