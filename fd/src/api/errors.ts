// Errors of API calls, as values with a code; i18n has the texts for users.
import type { ErrorContent, ErrorDetail, ErrorFrame, MessageError } from "./types";

/** The backend answered with an error, or could not be reached (`status` 0, code `network`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly details: readonly ErrorDetail[];
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | null;
  /** The message of the model's server, if it says more than the code. */
  readonly detail: string | null;
  /** A cause that is more specific than the code, for which the interface has a text of its own. */
  readonly reason: string | null;
  /** The HTTP status of the model's server. */
  readonly providerStatus: number | null;
  /** When the model's server accepts requests again, in ms since the epoch. */
  readonly retryAt: number | null;

  constructor(options: {
    status: number;
    code: string;
    message?: string;
    requestId?: string | null;
    details?: readonly ErrorDetail[];
    retryAfter?: number | null;
    detail?: string | null;
    reason?: string | null;
    providerStatus?: number | null;
    retryAt?: number | null;
    cause?: unknown;
  }) {
    super(options.message ?? options.code, { cause: options.cause });
    this.name = "ApiError";
    this.status = options.status;
    this.code = options.code;
    this.requestId = options.requestId ?? null;
    this.details = options.details ?? [];
    this.retryAfter = options.retryAfter ?? null;
    this.detail = options.detail ?? null;
    this.reason = options.reason ?? null;
    this.providerStatus = options.providerStatus ?? null;
    this.retryAt = options.retryAt ?? null;
  }

  /** Whether a retry of the same call can succeed. */
  get transient(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export function networkError(cause: unknown): ApiError {
  return new ApiError({ status: 0, code: "network", cause });
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Converts any thrown value to an ApiError; other values are bugs of this program (`unexpected`). */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({ status: 0, code: "unexpected", cause: error });
}

/**
 * The backend's own messages of provider errors (`shared/llm/errors.py`), each with the reason by which the interface
 * translates it; null where the translation of its code says the same. Any other message is the provider's words.
 */
const BACKEND_MESSAGES: ReadonlyMap<string, string | null> = new Map([
  ["The model's server reported an error.", null],
  ["The model's server could not be reached, or the connection was lost.", null],
  ["The model's server refused the API key.", null],
  ["The model's server refuses requests for now: too many requests, or no credit left.", null],
  ["The model's server did not accept the request.", null],
  ["The model's server did not answer in time.", null],
  ["The server does not know this model.", "unknown_model"],
  ["This address does not answer like an OpenAI-compatible API. Most base URLs end in /v1.", "not_an_api"],
  [
    "This address redirects to another one, which is not followed. Enter the address it leads to.",
    "redirected",
  ],
  ["The reply was too long and was cut off.", "reply_too_long"],
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

/** Reads the error body of a response that is not ok; never throws. `startsReply`: of a call that starts a reply. */
export async function errorFromResponse(response: Response, startsReply = false): Promise<ApiError> {
  const requestIdHeader = response.headers.get("X-Request-Id");
  const retryAfter = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  const common = {
    status: response.status,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
  };
  try {
    const { error } = (await response.json()) as { error?: Partial<ErrorContent> };
    if (error && typeof error.code === "string") {
      return new ApiError({
        ...common,
        code: error.code,
        message: typeof error.message === "string" ? error.message : error.code,
        requestId: typeof error.request_id === "string" ? error.request_id : requestIdHeader,
        details: Array.isArray(error.details) ? error.details : [],
        reason: startsReply ? reasonOfRefusedReply(error.code) : null,
      });
    }
  } catch {
    // A gateway's own response, without the contract's error body.
  }
  const code = response.status >= 500 ? "unavailable" : "unexpected";
  return new ApiError({ ...common, code, requestId: requestIdHeader });
}

/** The status of an error frame's HTTP call, where it matters to the caller; the others count as refused. */
const FRAME_STATUSES: ReadonlyMap<string, number> = new Map([
  ["internal_error", 500],
  ["unavailable", 503],
]);

/** The error with which a frame that asks for a reply was refused. */
export function errorFromFrame({ error, retry_after: retryAfter }: ErrorFrame): ApiError {
  const { code, message, request_id: requestId, details } = error;
  return new ApiError({
    status: FRAME_STATUSES.get(code) ?? 400,
    code,
    message,
    requestId,
    details: details ?? [],
    retryAfter: retryAfter ?? null,
    reason: reasonOfRefusedReply(code),
  });
}

/** The quota of a shared model is refused like any other limit; its text is another one. */
function reasonOfRefusedReply(code: string): string | null {
  return code === "rate_limited" ? "reply_rate_limited" : null;
}
