// Errors of API calls, as values with a code; i18n has the texts for users.
import type { ErrorContent, ErrorDetail, ErrorFrame } from "./types";

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
