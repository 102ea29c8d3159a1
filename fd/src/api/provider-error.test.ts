import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { texts as en } from "@/i18n/en";
import { errorFromMessage } from "./provider-error";

/** The backend's own messages of provider errors: every sentence in the code of their classes. */
const OWN_MESSAGES = [
  ...readFileSync("../shared/llm/errors.py", "utf8")
    .replace(/^.*class ProviderError/s, "")
    .replace(/"""[\s\S]*?"""|#.*$/gm, "")
    // Strings that are joined because a line is too short.
    .replace(/"\n\s+"/g, "")
    .matchAll(/"([A-Z][^"]+\.)"/g),
].map(([, message]) => message as string);

describe("a model's error", () => {
  it("has the words of the model's server, its HTTP status and the time to try again", () => {
    const error = errorFromMessage(
      {
        code: "provider_rate_limited",
        message: " Rate limit reached for key sk-…. ",
        status: 429,
        retry_after: 20,
      },
      1_700_000_000_000,
    );
    expect(error).toMatchObject({
      code: "provider_rate_limited",
      detail: "Rate limit reached for key sk-….",
      providerStatus: 429,
      retryAt: 1_700_000_020_000,
    });
  });

  it("has neither status nor time where the server gave none", () => {
    expect(errorFromMessage({ code: "provider_auth", message: "No." }, 0)).toMatchObject({
      providerStatus: null,
      retryAt: null,
    });
  });

  it("never quotes the backend's own messages", () => {
    expect(OWN_MESSAGES.length).toBeGreaterThan(15);
    for (const message of OWN_MESSAGES)
      expect(errorFromMessage({ code: "provider_error", message }, 0).detail, message).toBeNull();
    expect(errorFromMessage({ code: "provider_error", message: "" }, 0).detail).toBeNull();
  });

  it("has a text for each reason that the backend has", () => {
    const reasons = OWN_MESSAGES.map((message) => errorFromMessage({ code: "x", message }, 0).reason);
    for (const reason of new Set(reasons)) if (reason !== null) expect(en.errors).toHaveProperty(reason);
  });

  it("has a reason where the backend knows more than the code", () => {
    const message = "The server does not know this model. Check the model ID.";
    expect(OWN_MESSAGES).toContain(message);
    expect(errorFromMessage({ code: "provider_bad_request", message }, 0).reason).toBe("unknown_model");
  });

  it("does not quote a former message of the backend in a stored message", () => {
    const message = "The model's server took too long.";
    expect(errorFromMessage({ code: "provider_timeout", message }, 0).detail).toBeNull();
    const known = errorFromMessage(
      { code: "provider_bad_request", message: "The server does not know this model." },
      0,
    );
    expect(known).toMatchObject({ detail: null, reason: "unknown_model" });
  });
});
