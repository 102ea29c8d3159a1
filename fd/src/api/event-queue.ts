// Events that arrive by a callback, read as a stream.
import { networkError } from "./errors";
import { type ChatEvent, isFinal } from "./events";

/** Longer than two of the signs of life that the backend sends every 15 s: the connection is dead. */
export const IDLE_TIMEOUT_MS = 40_000;

export class EventQueue {
  readonly #idleTimeoutMs: number;
  readonly #events: ChatEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(idleTimeoutMs = IDLE_TIMEOUT_MS) {
    this.#idleTimeoutMs = idleTimeoutMs;
    this.keepAlive();
  }

  push(event: ChatEvent): void {
    this.#events.push(event);
    this.keepAlive();
    this.#wake?.();
  }

  /** Whoever sends is still there, though there is nothing to tell. */
  keepAlive(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.fail(networkError(`nothing received for ${this.#idleTimeoutMs} ms`)),
      this.#idleTimeoutMs,
    );
  }

  /** Ends the stream with an error, behind what has arrived. */
  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#error ??= error;
    this.#wake?.();
  }

  /** Nobody reads it, or any more. */
  close(): void {
    clearTimeout(this.#timer);
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
