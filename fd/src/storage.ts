// The browser's storage, with memory in place of what it refuses: `localStorage` throws when site data are blocked
// (SecurityError) or when it is full (QuotaExceededError). The page then works for as long as it is open.

/** Why values are only in memory: the browser refuses access, or has no room. */
export type StorageFailure = "blocked" | "full";

type StringStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class FallbackStorage implements StringStorage {
  readonly #open: () => StringStorage;
  /** Values that could not be stored, by key. */
  readonly #memory = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #failure: StorageFailure | null = null;

  /** `open` returns the browser's storage, and throws when it is blocked. */
  constructor(open: () => StringStorage) {
    this.#open = open;
  }

  get failure(): StorageFailure | null {
    return this.#failure;
  }

  /** Calls the listener when storing fails. Returns the function that ends this. */
  onFailure(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  getItem(key: string): string | null {
    return this.#memory.get(key) ?? this.#browser()?.getItem(key) ?? null;
  }

  setItem(key: string, value: string): void {
    const browser = this.#browser();
    this.#memory.set(key, value);
    try {
      browser?.setItem(key, value);
      if (browser) this.#memory.delete(key);
    } catch {
      // An outdated value must not be read after a reload: a refresh token is valid once.
      browser?.removeItem(key);
      this.#report("full");
    }
  }

  removeItem(key: string): void {
    this.#memory.delete(key);
    this.#browser()?.removeItem(key);
  }

  /** The keys of all values. */
  keys(): string[] {
    return [...new Set([...this.#memory.keys(), ...Object.keys(this.#browser() ?? {})])];
  }

  /** Another tab stored a value, which is newer than the one in memory. */
  forget(key: string): void {
    this.#memory.delete(key);
  }

  #browser(): StringStorage | null {
    try {
      return this.#open();
    } catch {
      this.#report("blocked");
      return null;
    }
  }

  #report(failure: StorageFailure): void {
    if (this.#failure === failure) return;
    this.#failure = failure;
    for (const listener of this.#listeners) listener();
  }
}

export const storage = new FallbackStorage(() => window.localStorage);

window.addEventListener("storage", ({ key, newValue }) => {
  if (key !== null && newValue !== null) storage.forget(key);
});
