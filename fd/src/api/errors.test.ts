import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorFromMessage } from "./errors";

/** The class attributes of the backend's errors: `[code, default message]`. */
const DEFAULTS = [
  ...readFileSync("../shared/llm/errors.py", "utf8").matchAll(
    /^ {4}code = "(provider_\w+)"\n {4}message = "(.+)"$/gm,
  ),
].map(([, code, message]) => ({ code: code as string, message: message as string }));

describe("a model's error", () => {
  it("has what the model's server answered as its detail", () => {
    const error = errorFromMessage({ code: "provider_auth", message: " Incorrect API key provided: sk-…. " });
    expect(error).toMatchObject({ code: "provider_auth", detail: "Incorrect API key provided: sk-…." });
  });

  it("has no detail where the backend had nothing from the server to quote", () => {
    expect(DEFAULTS.length).toBeGreaterThan(5);
    for (const error of DEFAULTS) expect(errorFromMessage(error).detail, error.code).toBeNull();
    expect(errorFromMessage({ code: "provider_error", message: "" }).detail).toBeNull();
  });

  it("has no detail where a stored message has a former wording of the backend", () => {
    const error = errorFromMessage({
      code: "provider_timeout",
      message: "The model's server took too long.",
    });
    expect(error.detail).toBeNull();
  });
});
