// What can go wrong in a call, as values with a code. Text for people is made in i18n.
import type { ErrorContent, ErrorDetail, MessageError } from "./types";

/** The backend answered with an error, or could not be reached (`status` 0, code `network`). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly details: readonly ErrorDetail[];
  /** Seconds to wait, from `Retry-After`. */
  readonly retryAfter: number | null;
  /** What the model's server answered, where that is more than the code already means. */
  readonly detail: string | null;

  constructor(options: {
    status: number;
    code: string;
    message?: string;
    requestId?: string | null;
    details?: readonly ErrorDetail[];
    retryAfter?: number | null;
    detail?: string | null;
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
  }

  /** True when the same call may well succeed a moment later. */
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

/** Any thrown value as an ApiError; what is not one is a fault of this program. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({ status: 0, code: "unexpected", cause: error });
}

/**
 * The backend's default messages of provider errors (`shared/llm/errors.py`). The interface translates the codes they
 * belong to; any other message says more, as a rule in the words of the model's server, and is shown.
 */
const DEFAULT_MESSAGES: ReadonlySet<string> = new Set([
  "The model's server reported an error.",
  "The model's server could not be reached, or the connection was lost.",
  "The model's server refused the API key.",
  "The model's server refuses requests for now: too many requests, or no credit left.",
  "The model's server did not accept the request.",
  "The model's server did not answer in time.",
  // Former wordings, which stored messages have.
  "The model's server failed.",
  "The model's server could not be reached, or the connection to it was lost.",
  "The model's server is refusing requests for now: too many, or no credit left.",
  "The model's server took too long.",
]);

/** A model's error, which arrives as data: in a `failed` event, a stored message or the test of a model. */
export function errorFromMessage({ code, message }: MessageError): ApiError {
  const detail = DEFAULT_MESSAGES.has(message) ? "" : message.trim();
  return new ApiError({ status: 200, code, message, detail: detail || null });
}

/** Reads the error body of a response that is not ok; never throws. */
export async function errorFromResponse(response: Response): Promise<ApiError> {
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
      });
    }
  } catch {
    // A gateway in between answered with something that is not ours.
  }
  const code = response.status >= 500 ? "unavailable" : "unexpected";
  return new ApiError({ ...common, code, requestId: requestIdHeader });
}
