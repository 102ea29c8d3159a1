// Rules of base URLs: maps the backend's message for a broken rule to its text.
import { ApiError } from "@/api/errors";
import type { TextKey } from "@/i18n";

/** The backend's message (`shared/llm/base_url.py`, `shared/outbound/addresses.py`) → key of the text. */
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

/** The text for the broken rule of a refused base URL; undefined for other errors. */
export function brokenRule(error: unknown): TextKey | undefined {
  if (!(error instanceof ApiError) || error.code !== "unsafe_base_url") return undefined;
  const rule = error.details.find(({ field }) => field === "base_url")?.message ?? "";
  return RULES[rule] ?? "errors.unsafe_base_url";
}
