// Notices that nothing more arrives on a connection that looks open.

/** Longer than two of the signs of life that the backend sends every 15 s: the connection is dead. */
export const IDLE_TIMEOUT_MS = 40_000;

/** Calls `onSilence` once, when nothing was heard for `timeoutMs`. One timer, however much is heard. */
export class IdleTimeout {
  readonly #timeoutMs: number;
  readonly #onSilence: () => void;
  #heardAt = performance.now();
  #timer: ReturnType<typeof setTimeout>;

  constructor(timeoutMs: number, onSilence: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#onSilence = onSilence;
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
    else this.#onSilence();
  };
}
