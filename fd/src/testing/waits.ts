// Waits end as soon as they can, so a long limit costs nothing; the first use of a lazy module takes seconds on a loaded
// machine. Apart from setup.ts, which runs for every file: this module is loaded once in a worker.
import { configure } from "@testing-library/react";
import { vi } from "vitest";

const TIMEOUT_MS = 20_000;

configure({ asyncUtilTimeout: TIMEOUT_MS });
// It has no setting of its own.
const { waitFor } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, {
    timeout: TIMEOUT_MS,
    ...(typeof options === "number" ? { timeout: options } : options),
  });
