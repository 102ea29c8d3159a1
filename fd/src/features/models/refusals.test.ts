import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import type { TextKey, Translate } from "@/i18n";
import { refusalOf } from "./refusals";

const t = Object.assign((key: TextKey) => key, {
  language: "en",
  find: () => undefined,
}) satisfies Translate;
const refused = (code: string, details: Record<string, string>) =>
  new ApiError({
    status: 422,
    code,
    details: Object.entries(details).map(([field, message]) => ({ field, message })),
  });
const VALUES = { base_url: "", api_key: "", headers: "", max_tokens: "", input: "" };
const [, ANOTHER_SERVER = ""] =
  /message = "(.+)"/.exec(readFileSync("../shared/chat/stored_model.py", "utf8")) ?? [];

describe("a refused model", () => {
  it("has the values that another server needs again", () => {
    const error = refused("validation_error", {
      api_key: ANOTHER_SERVER,
      "params.headers": ANOTHER_SERVER,
    });
    const { fields, other } = refusalOf(t, error, VALUES);
    expect(Object.fromEntries(fields)).toEqual({
      api_key: "models.apiKeyNeeded",
      headers: "models.valuesNeeded",
    });
    expect(other).toBeNull();
  });

  it("has the broken rule of its URL", () => {
    const error = refused("unsafe_base_url", { base_url: "The URL must begin with https://." });
    expect(Object.fromEntries(refusalOf(t, error, VALUES).fields)).toEqual({ base_url: "urlRules.https" });
  });

  it("has the backend's words at other fields", () => {
    const error = refused("validation_error", {
      api_key: "String should have at most 4000 characters",
      "params.max_tokens": "Too many",
      "price.input": "Too much",
    });
    const { fields, other } = refusalOf(t, error, VALUES);
    expect(Object.fromEntries(fields)).toEqual({
      api_key: "String should have at most 4000 characters",
      max_tokens: "Too many",
      input: "Too much",
    });
    expect(other).toBeNull();
  });

  it("has the general error, too, where a field is not in the form", () => {
    const error = refused("validation_error", { "params.headers": "no", "params.of_a_later_release": "no" });
    const { fields, other } = refusalOf(t, error, VALUES);
    expect([...fields.keys()]).toEqual(["headers"]);
    expect(other).toBe(error);
  });

  it("is another error without fields", () => {
    const error = new ApiError({ status: 429, code: "rate_limited" });
    expect(refusalOf(t, error, VALUES)).toEqual({ fields: new Map(), other: error });
    expect(refusalOf(t, null, VALUES).other).toBeNull();
  });
});
