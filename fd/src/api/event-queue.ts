// Queue that turns events of a callback into an async stream, with an idle timeout.
import { networkError } from "./errors";
import { type EventStream, endsReply } from "./events";
import { IDLE_TIMEOUT_MS, IdleTimeout } from "./idle-timeout";
import type { ChatEvent } from "./types";

export class EventQueue {
  readonly #events: ChatEvent[] = [];
  readonly #idleTimeout: IdleTimeout;
  #error: unknown;
  #wake: (() => void) | undefined;

  readonly #answered: readonly number[];

  /** `answered`: see `endsReply`. */
  constructor(idleTimeoutMs = IDLE_TIMEOUT_MS, answered: readonly number[] = []) {
    this.#answered = answered;
    this.#idleTimeout = new IdleTimeout(idleTimeoutMs, () =>
      this.fail(networkError(`nothing received for ${idleTimeoutMs} ms`)),
    );
  }

  push(event: ChatEvent): void {
    this.#events.push(event);
    this.keepAlive();
    this.#wake?.();
  }

  /** A heartbeat without events: restarts the idle timeout. */
  keepAlive(): void {
    this.#idleTimeout.heard();
  }

  /** Ends the stream with an error, after the queued events. */
  fail(error: unknown): void {
    this.#idleTimeout.stop();
    this.#error ??= error;
    this.#wake?.();
  }

  /** Closes the queue without a reader. */
  close(): void {
    this.#idleTimeout.stop();
  }

  /** The events, then the error of `fail`. Can be read once. */
  async *read(): EventStream {
    try {
      while (true) {
        const events = this.#events.splice(0);
        if (events.length > 0) {
          yield events;
          if (endsReply(events, this.#answered)) return;
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
