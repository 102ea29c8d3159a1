// Idle timeout: detects that a connection which seems open receives nothing any more.

/** Timeout in ms, longer than two of the backend's heartbeats, sent every 15 s. */
export const IDLE_TIMEOUT_MS = 40_000;

/** Calls `onTimeout` once, when nothing was received for `timeoutMs`. Uses one timer for any number of events. */
export class IdleTimeout {
  readonly #timeoutMs: number;
  readonly #onTimeout: () => void;
  #heardAt = performance.now();
  #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, onTimeout: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
    this.#timer = setTimeout(this.#check, timeoutMs);
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #check = () => {
    const rest = this.#heardAt + this.#timeoutMs - performance.now();
    if (rest > 0) this.#timer = setTimeout(this.#check, rest);
    else this.#onTimeout();
  };
}
