import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { loadSettingsTexts, startI18n } from "@/i18n";

beforeAll(async () => {
  await startI18n("en");
  await loadSettingsTexts();
});
beforeEach(() => localStorage.clear());
afterEach(cleanup);
