// The browser's storage, with memory in place of what it refuses: `localStorage` throws when site data are blocked
// (SecurityError) or when it is full (QuotaExceededError). The page then works for as long as it is open.

/** Why values are only in memory: the browser refuses access, or has no room. */
export type StorageFailure = "blocked" | "full";

/** Values that could not be stored, by key. */
const memory = new Map<string, string>();
const listeners = new Set<() => void>();
let failure: StorageFailure | null = null;

// A value that another tab stores is newer than the one in memory.
window.addEventListener("storage", ({ key, newValue }) => {
  if (key !== null && newValue !== null) memory.delete(key);
});

function reportFailure(found: StorageFailure): void {
  if (failure === found) return;
  failure = found;
  for (const listener of listeners) listener();
}

/** Null when the browser blocks access, whose attempt alone throws. */
function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    reportFailure("blocked");
    return null;
  }
}

export const storage = {
  getItem(key: string): string | null {
    return memory.get(key) ?? browserStorage()?.getItem(key) ?? null;
  },

  setItem(key: string, value: string): void {
    const browser = browserStorage();
    try {
      browser?.setItem(key, value);
      if (browser) memory.delete(key);
      else memory.set(key, value);
    } catch {
      reportFailure("full");
      memory.set(key, value);
      // An outdated value must not be read after a reload: a refresh token is valid once.
      browser?.removeItem(key);
    }
  },

  removeItem(key: string): void {
    memory.delete(key);
    browserStorage()?.removeItem(key);
  },
} satisfies Pick<Storage, "getItem" | "setItem" | "removeItem">;

export function storageFailure(): StorageFailure | null {
  return failure;
}

/** Calls the listener when storing fails. Returns the function that ends this. */
export function onStorageFailure(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
