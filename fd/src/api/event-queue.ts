// Events that arrive by a callback, read as a stream.
import { networkError } from "./errors";
import { type ChatEvent, isFinal } from "./events";
import { IDLE_TIMEOUT_MS, SilenceWatch } from "./silence";

export class EventQueue {
  readonly #events: ChatEvent[] = [];
  readonly #silence: SilenceWatch;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(idleTimeoutMs = IDLE_TIMEOUT_MS) {
    this.#silence = new SilenceWatch(idleTimeoutMs, () =>
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

  /** The events up to the final one; throws what `fail` was called with. To be read once. */
  async *read(): AsyncGenerator<ChatEvent, void, undefined> {
    try {
      while (true) {
        const event = this.#events.shift();
        if (event) {
          yield event;
          if (isFinal(event)) return;
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
