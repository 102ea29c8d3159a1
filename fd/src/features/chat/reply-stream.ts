// Streams a reply from its request to its final event, with reconnection and resume.
import { isAbort, networkError, toApiError } from "@/api/errors";
import { type EventStream, endsReply } from "@/api/events";
import { answeredSteps, type ReplyRequest } from "@/api/replies";
import type { ChatEvent } from "@/api/types";
import { openReply } from "./transport";

/** Backoff before each reconnection attempt, in ms; the last one repeats. */
const BACKOFF_MS = [250, 1000, 2000, 4000, 8000, 15_000] as const;
/** Number of retries of a request whose turn has not started: as long as a user would wait. */
const MAX_ATTEMPTS_BEFORE_START = 4;
const MAX_ATTEMPTS = 40;

export interface ReplyObserver {
  /** Events that arrived together; never empty. */
  onEvents(events: readonly ChatEvent[]): void;
  onReconnecting(reconnecting: boolean): void;
}

export type OpenReply = (
  request: ReplyRequest,
  signal: AbortSignal,
  /** Number of consecutive failures before. */
  attempt: number,
) => EventStream;

/**
 * Opens the stream and passes its events to the observer, each `seq` once. When the connection breaks before
 * `started`, the request is repeated (its idempotency key makes that safe); after that `resume` fetches the rest.
 * Returns after the final event.
 *
 * Throws ApiError when the backend refuses or stays unreachable; AbortError when `signal` aborts.
 */
export async function followReply(
  request: ReplyRequest,
  observer: ReplyObserver,
  signal: AbortSignal,
  {
    resumeFrom = null,
    open = openReply,
    wait = pause,
  }: {
    /** The reply of an earlier request, and its last known event. */
    resumeFrom?: { messageId: string; seq: number } | null;
    open?: OpenReply;
    wait?: typeof pause;
  } = {},
): Promise<void> {
  const answered = answeredSteps(request);
  let position = resumeFrom;
  let attempt = 0;
  while (true) {
    const current: ReplyRequest = position
      ? {
          type: "resume",
          messageId: position.messageId,
          after: position.seq,
          ...(answered.length > 0 ? { answered } : {}),
        }
      : request;
    const connection = connectionSignal(signal);
    try {
      for await (const events of open(current, connection.signal, attempt)) {
        if (attempt > 0) observer.onReconnecting(false);
        attempt = 0;
        const fresh: ChatEvent[] = [];
        for (const event of events) {
          if (event.type === "started") position ??= { messageId: event.assistant_message_id, seq: 0 };
          if (position && event.type !== "notice") {
            if (event.seq <= position.seq) continue;
            position = { ...position, seq: event.seq };
          }
          fresh.push(event);
        }
        if (fresh.length > 0) observer.onEvents(fresh);
        if (endsReply(fresh, answered)) return;
      }
      throw networkError("the stream ended before its final event");
    } catch (caught) {
      if (signal.aborted) throw caught;
      const error = isAbort(caught) ? networkError(caught) : toApiError(caught);
      const repeatable = position !== null || request.type !== "continue";
      const limit = position ? MAX_ATTEMPTS : MAX_ATTEMPTS_BEFORE_START;
      if (!error.transient || !repeatable || attempt >= limit) throw error;
      observer.onReconnecting(true);
      await wait(BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] as number, signal);
      attempt += 1;
    } finally {
      connection.release();
    }
  }
}

/** Aborts with `signal`, and when the browser goes offline, where connections are silent instead of broken. */
function connectionSignal(signal: AbortSignal): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  window.addEventListener("offline", abort);
  return {
    signal: controller.signal,
    release: () => {
      signal.removeEventListener("abort", abort);
      window.removeEventListener("offline", abort);
    },
  };
}

/**
 * Resolves after `ms`, or when the browser comes back online; while offline, only then.
 * Rejects when aborted.
 */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", aborted);
    };
    const done = () => {
      finish();
      resolve();
    };
    const aborted = () => {
      finish();
      reject(new DOMException("aborted", "AbortError"));
    };
    const timer = setTimeout(() => {
      if (navigator.onLine) done();
    }, ms);
    window.addEventListener("online", done);
    signal.addEventListener("abort", aborted);
  });
}
