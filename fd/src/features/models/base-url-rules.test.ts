import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { brokenRule } from "./base-url-rules";

const refused = (message: string) =>
  new ApiError({ status: 422, code: "unsafe_base_url", details: [{ field: "base_url", message }] });

/** The backend's messages for broken rules. */
const RULES = ["../shared/llm/base_url.py", "../shared/outbound/addresses.py"]
  .flatMap((path) => readFileSync(path, "utf8").match(/def _?violation_of[\s\S]*?(?=\n\n\n)/g) ?? [])
  .flatMap((code) => [...code.matchAll(/(?<!")"([A-Z][^"]+\.)"(?!")/g)])
  .map(([, rule]) => rule ?? "");

describe("a refused base URL", () => {
  it("has a text for each rule of the backend", () => {
    expect(RULES.length).toBeGreaterThan(7);
    for (const rule of RULES) expect(brokenRule(refused(rule)), rule).toMatch(/^urlRules\./);
  });

  it("has the general text where the rule is new", () => {
    expect(brokenRule(refused("The moon is full."))).toBe("errors.unsafe_base_url");
  });

  it("has no rule for another error", () => {
    expect(brokenRule(new ApiError({ status: 422, code: "validation_error" }))).toBeUndefined();
    expect(brokenRule(null)).toBeUndefined();
  });
});
