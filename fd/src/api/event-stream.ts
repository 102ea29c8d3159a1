// Parser of server-sent event streams. EventSource cannot POST or set headers, so the response body is parsed here.
import { createParser } from "eventsource-parser";
import { isAbort, networkError } from "./errors";
import { type EventStream, endsReply, toChatEvent } from "./events";
import { IDLE_TIMEOUT_MS, IdleTimeout } from "./idle-timeout";
import type { ChatEvent } from "./types";

/**
 * Yields the events of one response body as they arrive. `answered`: see `endsReply`.
 * Throws ApiError `network` when the connection ends, breaks or is idle too long before the final one.
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  idleTimeoutMs = IDLE_TIMEOUT_MS,
  answered: readonly number[] = [],
): EventStream {
  const parsed: ChatEvent[] = [];
  const parser = createParser({
    onEvent({ data }) {
      const event = toChatEvent(JSON.parse(data));
      if (event) parsed.push(event);
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let silent = false;
  const idleTimeout = new IdleTimeout(idleTimeoutMs, () => {
    silent = true;
    // Ends the pending read.
    reader.cancel().catch(() => undefined);
  });
  try {
    while (true) {
      const { done, value } = await reader.read();
      idleTimeout.heard();
      parser.feed(done ? decoder.decode() : decoder.decode(value, { stream: true }));
      const events = parsed.splice(0);
      if (events.length > 0) yield events;
      if (endsReply(events, answered)) return;
      if (silent) throw networkError(`nothing received for ${idleTimeoutMs} ms`);
      if (done) throw networkError("the stream ended before its final event");
    }
  } catch (error) {
    if (isAbort(error)) throw error;
    throw networkError(error);
  } finally {
    idleTimeout.stop();
    // Frees the connection when the consumer stops early; a failure is ignored.
    reader.cancel().catch(() => undefined);
  }
}
