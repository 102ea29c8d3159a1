// The rules that a base URL has to keep, which the backend names when it refuses one.
import { ApiError } from "@/api/errors";
import type { TextKey } from "@/i18n";

/** By the backend's words for them (`shared/llm/base_url.py`, `shared/outbound/addresses.py`). */
const RULES: Readonly<Record<string, TextKey>> = {
  "A URL has no spaces, backslashes or characters beyond ASCII.": "urlRules.characters",
  "The URL must not contain a user name or password.": "urlRules.credentials",
  "The URL must not have a fragment (#).": "urlRules.fragment",
  "This is not a URL.": "urlRules.invalid",
  "The URL must begin with https://.": "urlRules.https",
  "The port is not between 1 and 65535.": "urlRules.port",
  "The host is neither a domain name nor an IP address.": "urlRules.host",
  "The host is not on the public internet.": "urlRules.public",
};

/** The text for the rule that a refused base URL breaks; undefined where an error is another. */
export function brokenRule(error: unknown): TextKey | undefined {
  if (!(error instanceof ApiError) || error.code !== "unsafe_base_url") return undefined;
  const rule = error.details.find(({ field }) => field === "base_url")?.message ?? "";
  return RULES[rule] ?? "errors.unsafe_base_url";
}
