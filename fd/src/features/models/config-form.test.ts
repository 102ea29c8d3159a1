import { describe, expect, it } from "vitest";
import type { ModelConfig } from "@/api/types";
import { type ConfigFormValues, checkConfig, fromFormValues, toFormValues } from "./config-form";

const config = (params: Record<string, unknown>): ModelConfig => ({
  id: "m1",
  name: "Work",
  base_url: "https://a.example/v1",
  model: "large",
  api_key_hint: "1234",
  params,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
});

const filled = (values: Partial<ConfigFormValues>, before: ModelConfig | null = null) => ({
  ...toFormValues(before ?? config({})),
  ...values,
});

describe("the form of a model config", () => {
  it("returns every parameter unchanged", () => {
    const params = {
      temperature: 0.5,
      top_p: 1,
      max_tokens: 100,
      context_messages: 20,
      presence_penalty: -1,
      frequency_penalty: 0,
      seed: 7,
      idle_seconds: 120,
      stop: ["END", " spaced "],
      reasoning_effort: "xhigh",
      system_prompt: "Be brief.",
      extra_body: { enable_thinking: true, nested: { a: [1] } },
      headers: { "X-Team": null, "X-App": null },
      query: { "api-version": null },
      image_delivery: "inline",
      stream: "off",
      of_a_later_release: 1,
    };
    const stored = config(params);
    expect(fromFormValues(toFormValues(stored), stored).params).toEqual(params);
  });

  it("removes emptied parameters", () => {
    const stored = config({ temperature: 1, stop: "END", extra_body: { a: 1 }, headers: { "X-A": null } });
    const emptied = { temperature: "", stop: "", extra_body: " ", headers: "" };
    expect(fromFormValues(filled(emptied, stored), stored).params).toEqual({});
  });

  it("reads headers and query parameters by line; a name alone keeps its stored value", () => {
    const values = filled({
      headers: "X-Team: a: b\n\nX-Kept\nX-Kept-Too:",
      query: "api-version=2024=x\nkept",
    });
    expect(fromFormValues(values, null).params).toEqual({
      headers: { "X-Team": "a: b", "X-Kept": null, "X-Kept-Too": null },
      query: { "api-version": "2024=x", kept: null },
    });
  });

  it("accepts any text as the reasoning effort", () => {
    expect(fromFormValues(filled({ reasoning_effort: " ultra " }), null).params.reasoning_effort).toBe(
      "ultra",
    );
  });

  it.each<[keyof ConfigFormValues, string, string | undefined]>([
    ["base_url", "ftp://a.example", "models.invalidUrl"],
    ["temperature", "2.1", "models.invalidNumber"],
    ["temperature", "warm", "models.invalidNumber"],
    ["api_key", "Bearer sk-1", "models.invalidKey"],
    ["api_key", "sk-1\u200b", "models.invalidKey"],
    ["api_key", " sk-~1! ", undefined],
    ["max_tokens", "1.5", "models.invalidInteger"],
    ["max_tokens", "10000001", "models.invalidNumber"],
    ["context_messages", "1000", undefined],
    ["context_messages", "1001", "models.invalidNumber"],
    ["idle_seconds", "29", "models.invalidNumber"],
    ["idle_seconds", "600", undefined],
    ["extra_body", "{a: 1}", "models.invalidJson"],
    ["extra_body", "[1]", "models.invalidJson"],
    ["extra_body", '{"a": 1}', undefined],
    ["headers", ": nameless", "models.invalidHeaders"],
    ["headers", "X-A: 1\nX-A: 2", "models.invalidHeaders"],
    ["headers", Array.from({ length: 11 }, (_, n) => `X-${n}: 1`).join("\n"), "models.invalidHeaders"],
    ["query", "=valued", "models.invalidQuery"],
    ["stop", Array.from({ length: 17 }, (_, n) => `s${n}`).join("\n"), "models.tooManyStops"],
    ["name", " ", "models.required"],
  ])("checks %s: %s", (name, value, problem) => {
    expect(checkConfig(filled({ [name]: value }))[name]).toBe(problem);
  });
});
