// Events that arrive by a callback, read as a stream.
import { networkError } from "./errors";
import { type EventStream, endsReply } from "./events";
import { IDLE_TIMEOUT_MS, IdleTimeout } from "./idle-timeout";
import type { ChatEvent } from "./types";

export class EventQueue {
  readonly #events: ChatEvent[] = [];
  readonly #silence: IdleTimeout;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(idleTimeoutMs = IDLE_TIMEOUT_MS) {
    this.#silence = new IdleTimeout(idleTimeoutMs, () =>
      this.fail(networkError(`nothing received for ${idleTimeoutMs} ms`)),
    );
  }

  push(event: ChatEvent): void {
    this.#events.push(event);
    this.keepAlive();
    this.#wake?.();
  }

  /** Whoever sends is still there, though there is nothing to tell. */
  keepAlive(): void {
    this.#silence.heard();
  }

  /** Ends the stream with an error, behind what has arrived. */
  fail(error: unknown): void {
    this.#silence.stop();
    this.#error ??= error;
    this.#wake?.();
  }

  /** Nobody reads it, or any more. */
  close(): void {
    this.#silence.stop();
  }

  /** The events; throws what `fail` was called with, behind them. To be read once. */
  async *read(): EventStream {
    try {
      while (true) {
        const events = this.#events.splice(0);
        if (events.length > 0) {
          yield events;
          if (endsReply(events)) return;
        } else if (this.#error !== undefined) {
          throw this.#error;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.close();
    }
  }
}
