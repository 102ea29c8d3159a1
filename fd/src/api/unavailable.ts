// Retries of calls that the backend answers with 503 `unavailable` and `Retry-After`, such as while its database wakes up.
import { createStore } from "zustand/vanilla";
import { errorFromResponse } from "./errors";

/** The number of calls that wait to be repeated. */
export const waitingCalls = createStore<number>(() => 0);

/** Maximum time in seconds that a call is repeated. A database that was paused answers in less than a minute. */
const MAX_WAIT_S = 60;
/** Maximum time in seconds between two attempts. */
const MAX_DELAY_S = 10;

/** Writes whose repetition changes nothing more: the first attempt may have been carried out. */
const REPEATABLE_WRITES = [
  "/user/login",
  "/user/refresh",
  "/user/me/username",
  "/model_config/can_create",
  "/model_config/discover",
  "/model_config/update",
  "/model_config/delete",
  "/conversation/update",
  "/conversation/delete",
  "/conversation/restore",
  "/chat/stop",
];

function isRepeatable(request: Request): boolean {
  if (request.method === "GET" || request.headers.has("Idempotency-Key")) return true;
  return REPEATABLE_WRITES.some((path) => new URL(request.url).pathname.endsWith(path));
}

/** Sends a request, again and again while the backend is unavailable, if that is safe. Returns the last response. */
export async function fetchAvailable(
  request: Request,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (!isRepeatable(request)) return send(request);
  for (let waited = 0; ; ) {
    const response = await send(request.clone());
    if (response.status !== 503) return response;
    const { code, retryAfter } = await errorFromResponse(response.clone());
    if (code !== "unavailable" || retryAfter === null || waited >= MAX_WAIT_S) return response;
    const delay = Math.min(Math.max(1, retryAfter), MAX_DELAY_S);
    waited += delay;
    waitingCalls.setState(waitingCalls.getState() + 1, true);
    try {
      await elapsed(delay * 1000, request.signal);
    } finally {
      waitingCalls.setState(waitingCalls.getState() - 1, true);
    }
  }
}

/** Resolves after the time; rejects with the signal's reason when it aborts. */
function elapsed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
