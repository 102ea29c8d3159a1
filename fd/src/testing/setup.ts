import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { startI18n } from "@/i18n";

beforeAll(() => startI18n("en"));
beforeEach(() => localStorage.clear());
afterEach(cleanup);
