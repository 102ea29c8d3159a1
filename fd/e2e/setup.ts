// Hooks of every browser test.
import { afterEach } from "vitest";
import { endTest } from "./browser";

afterEach(({ task }) => endTest(task.result?.state === "fail"));
