// Errors of models, which arrive as data. Not in `errors.ts`: the log-in pages load that, and need none of these texts.
import { ApiError } from "./errors";
import type { MessageError } from "./types";

/**
 * The backend's own messages of provider errors (`shared/llm/errors.py`), each with the reason by which the interface
 * translates it; null where the translation of its code says the same. Any other message is the provider's words.
 */
const BACKEND_MESSAGES: ReadonlyMap<string, string | null> = new Map([
  ["The model's server reported an error. Try again, or use another model.", null],
  [
    "The model's server could not be reached, or the connection was lost. Check the base URL, or try again later.",
    null,
  ],
  ["The model's server refused the API key. Check the key.", null],
  [
    "The model's server refuses requests for now: too many requests, or no credit left. Try again later, or use another model.",
    null,
  ],
  [
    "The model's server did not accept the request. Check the model's parameters, or use another model.",
    null,
  ],
  ["The model's server did not answer in time. Try again.", null],
  ["The server does not know this model. Check the model ID.", "unknown_model"],
  ["This address does not answer like an OpenAI-compatible API. Most base URLs end in /v1.", "not_an_api"],
  [
    "This address redirects to another one, which is not followed. Enter the address it leads to.",
    "redirected",
  ],
  ["The reply was too long and was cut off. Ask for a shorter one.", "reply_too_long"],
  ["The model's server is busy. Try again in a moment.", null],
  ["The model's server answered with a web page instead of an API's answer. Check the base URL.", "web_page"],
  [
    "The model's server answered with a bot check (such as Cloudflare's) that only a browser passes. Ask its operator to let API clients through.",
    "bot_check",
  ],
  ["The model ended its answer without a word. Try again.", null],
  ["The provider's content filter removed the answer. Change the question and try again.", "reply_filtered"],
  [
    "The model used up its token limit before the first word of its answer. Raise max_tokens, or lower the reasoning effort.",
    "no_tokens_left",
  ],
  ["The model asked for a tool, and it was offered none. Try again, or use another model.", "tool_requested"],
  // Former wordings, which stored messages have.
  ["The model's server reported an error.", null],
  ["The model's server could not be reached, or the connection was lost.", null],
  ["The model's server refused the API key.", null],
  ["The model's server refuses requests for now: too many requests, or no credit left.", null],
  ["The model's server did not accept the request.", null],
  ["The model's server did not answer in time.", null],
  ["The server does not know this model.", "unknown_model"],
  ["The reply was too long and was cut off.", "reply_too_long"],
  ["The model's server failed.", null],
  ["The model's server could not be reached, or the connection to it was lost.", null],
  ["The model's server is refusing requests for now: too many, or no credit left.", null],
  ["The model's server took too long.", null],
]);

/**
 * A model's error, which arrives as data: in a `failed` event, a stored message, a model test or a list of models.
 * `at` is when it happened, in ms since the epoch.
 */
export function errorFromMessage(error: MessageError, at: number): ApiError {
  const { code, message, status, retry_after: retryAfter } = error;
  const words = message.trim();
  return new ApiError({
    status: 200,
    code,
    message,
    detail: BACKEND_MESSAGES.has(words) ? null : words || null,
    reason: BACKEND_MESSAGES.get(words) ?? null,
    providerStatus: status ?? null,
    retryAt: typeof retryAfter === "number" ? at + retryAfter * 1000 : null,
  });
}
