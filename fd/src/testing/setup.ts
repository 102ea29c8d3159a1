import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { loadModelTexts, startI18n } from "@/i18n";

beforeAll(async () => {
  await startI18n("en");
  await loadModelTexts();
});
beforeEach(() => localStorage.clear());
afterEach(cleanup);
