import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { en } from "@/i18n/en";
import { errorFromMessage, errorFromResponse } from "./errors";

/** The backend's own messages of provider errors. */
const OWN_MESSAGES = [
  ...readFileSync("../shared/llm/errors.py", "utf8")
    .replace(/^.*class ProviderError/s, "")
    .matchAll(/^ {4}message = "(.+)"$/gm),
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
    expect(OWN_MESSAGES.length).toBeGreaterThan(8);
    for (const message of OWN_MESSAGES)
      expect(errorFromMessage({ code: "provider_error", message }, 0).detail, message).toBeNull();
    expect(errorFromMessage({ code: "provider_error", message: "" }, 0).detail).toBeNull();
  });

  it("has a reason where the backend knows more than the code", () => {
    const message = "The server does not know this model.";
    expect(OWN_MESSAGES).toContain(message);
    expect(errorFromMessage({ code: "provider_bad_request", message }, 0).reason).toBe("unknown_model");
  });

  it("does not quote a former message of the backend in a stored message", () => {
    const message = "The model's server took too long.";
    expect(errorFromMessage({ code: "provider_timeout", message }, 0).detail).toBeNull();
  });
});

describe("a refused base URL", () => {
  const refused = (rule: string) =>
    errorFromResponse(
      Response.json(
        {
          error: {
            code: "unsafe_base_url",
            message: "no",
            request_id: "r",
            details: [{ field: "base_url", message: rule }],
          },
        },
        { status: 422 },
      ),
    );
  const sources = ["../shared/llm/base_url.py", "../shared/outbound/addresses.py"]
    .map((path) => readFileSync(path, "utf8"))
    .map((text) => /def _?violation_of[\s\S]*?(?=\n\n\n)/.exec(text)?.[0] ?? "");
  const rules = sources.flatMap((text) =>
    [...text.matchAll(/"([A-Z][^"]+\.)"/g)].map(([, rule]) => rule ?? ""),
  );

  it("has a text for each rule of the backend", async () => {
    expect(rules.length).toBeGreaterThan(7);
    for (const rule of rules) {
      const { reason } = await refused(rule);
      expect(en.errors, rule).toHaveProperty(reason ?? "a text");
    }
  });

  it("has the general text where the rule is new", async () => {
    expect(await refused("The moon is full.")).toMatchObject({ code: "unsafe_base_url", reason: null });
  });
});
