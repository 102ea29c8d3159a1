import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:5173/" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
    // A document and the modules for each worker instead of each file, which take longer than most files' tests.
    isolate: false,
    // Documents are parsed at every prefix; machines that do other things meanwhile are slow.
    testTimeout: 60_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
});
