// The session of this browser: the access token in memory, the refresh token in storage, and one refresh at a
// time across all tabs.
//
// A refresh token is single-use and a replay can end the session, so two tabs must never present the same one.
// Every use of it happens under one Web Lock; the winner stores the new token and hands its access token to the
// other tabs, which find it there when they get the lock.
import { storage } from "@/storage";
import { DEVICE_KEY, SESSION_KEY } from "@/storage-keys";
import { ApiError, errorFromResponse, networkError } from "./errors";
import type { Tokens } from "./types";
import { fetchAvailable } from "./unavailable";

const LOCK_NAME = "session-refresh";
const CHANNEL_NAME = "session-tokens";
/** A token this close to its expiry, in ms, is refreshed first, so that it does not expire during a slow request. */
const EXPIRY_MARGIN_MS = 30_000;
/** Time that a tab which lost the race waits for the winner's access token, in ms. */
const HANDOVER_TIMEOUT_MS = 200;

interface StoredSession {
  userId: string;
  refreshToken: string;
}

/** In place of a session that the backend ended. */
interface StoredEnd {
  ended: "expired";
}

interface AccessToken {
  userId: string;
  token: string;
  /** Milliseconds since the epoch, by this browser's clock. */
  expiresAt: number;
}

export interface SessionSnapshot {
  readonly userId: string | null;
  /** The reason without a session: there was none, the user ended it, or the backend did. */
  readonly ended: "expired" | "logged-out" | null;
}

/** The browser features that tabs share, replaceable in tests. */
export interface SessionEnvironment {
  apiUrl: string;
  fetch: typeof fetch;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
  channel: Pick<BroadcastChannel, "postMessage" | "addEventListener"> | null;
  /** Calls the listener with the key that another tab changed; null for all of them. */
  onStorageChange(listener: (key: string | null) => void): void;
  now(): number;
}

export class Session {
  readonly #environment: SessionEnvironment;
  readonly #listeners = new Set<() => void>();
  #snapshot: SessionSnapshot;
  #access: AccessToken | null = null;
  #flight: Promise<string> | null = null;

  constructor(environment: SessionEnvironment) {
    this.#environment = environment;
    this.#snapshot = { userId: this.#stored()?.userId ?? null, ended: null };
    environment.onStorageChange((key) => {
      if (key === SESSION_KEY || key === null) this.#followStorage();
    });
    environment.channel?.addEventListener("message", (event) => this.#adopt(event.data as AccessToken));
  }

  readonly snapshot = (): SessionSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Calls the listener whenever the user logs out, or another logs in: state of the page must not reach the next one. */
  onUserChange(listener: () => void): void {
    let { userId } = this.#snapshot;
    this.subscribe(() => {
      if (this.#snapshot.userId === userId) return;
      userId = this.#snapshot.userId;
      listener();
    });
  }

  /** Starts or renews the session with new tokens, in every tab. */
  accept(tokens: Tokens): void {
    this.#access = accessOf(tokens, this.#environment.now());
    const { userId } = this.#access;
    this.#environment.storage.setItem(
      SESSION_KEY,
      JSON.stringify({ userId, refreshToken: tokens.refresh_token } satisfies StoredSession),
    );
    if (tokens.device_token) this.#environment.storage.setItem(DEVICE_KEY, tokens.device_token);
    this.#environment.channel?.postMessage(this.#access);
    this.#publish({ userId, ended: null });
  }

  /** Proof for the next login that its user has logged in on this device before; it outlives the session. */
  deviceToken(): string | null {
    return this.#environment.storage.getItem(DEVICE_KEY);
  }

  /** A valid access token. Throws ApiError like `refresh`. */
  async accessToken(): Promise<string> {
    return this.#current() ?? (await this.refresh(null));
  }

  /**
   * A token newer than `rejected`. Concurrent calls, in all tabs, share one request.
   * Throws ApiError: `token_expired` / `token_revoked` when the session is over, `network` and others when the
   * refresh could not be made now; the session then stays.
   */
  refresh(rejected: string | null): Promise<string> {
    const current = this.#current();
    if (current !== null && current !== rejected) return Promise.resolve(current);
    this.#flight ??= this.#refreshUnderLock(rejected).finally(() => {
      this.#flight = null;
    });
    return this.#flight;
  }

  /**
   * Runs a call that sends the refresh token itself, under the lock, so that no tab refreshes it meanwhile.
   * Throws ApiError `token_revoked` when there is no session any more.
   */
  withRefreshToken<T>(call: (refreshToken: string) => Promise<T>): Promise<T> {
    return this.#environment.withLock(LOCK_NAME, () => {
      const stored = this.#stored();
      if (!stored) throw this.#over("expired");
      return call(stored.refreshToken);
    });
  }

  /** Ends the session in this browser, in every tab. */
  end(reason: "expired" | "logged-out"): void {
    this.#access = null;
    const { storage } = this.#environment;
    // The other tabs learn the reason from the storage: drafts are only removed at a logout.
    if (reason === "expired")
      storage.setItem(SESSION_KEY, JSON.stringify({ ended: reason } satisfies StoredEnd));
    else storage.removeItem(SESSION_KEY);
    this.#publish({ userId: null, ended: reason });
  }

  async #refreshUnderLock(rejected: string | null): Promise<string> {
    const before = this.#stored();
    return this.#environment.withLock(LOCK_NAME, async () => {
      const stored = this.#stored();
      if (!stored) throw this.#over("expired");
      if (before && before.refreshToken !== stored.refreshToken) {
        const handedOver = await this.#handedOver(rejected);
        if (handedOver) return handedOver;
      }
      return this.#refreshWith(stored.refreshToken);
    });
  }

  async #refreshWith(refreshToken: string): Promise<string> {
    const { apiUrl, fetch } = this.#environment;
    let response: Response;
    try {
      response = await fetch(`${apiUrl}/user/refresh`, {
        method: "POST",
        headers: { Authorization: `Bearer ${refreshToken}` },
      });
    } catch (error) {
      throw networkError(error);
    }
    if (response.ok) {
      const tokens = (await response.json()) as Tokens;
      const access = accessOf(tokens, this.#environment.now());
      const stored = this.#stored();
      // The session ended during the request: its response must not log in again.
      if (stored?.userId !== access.userId) throw this.#over(this.#storedEnd());
      if (stored.refreshToken === refreshToken) this.accept(tokens);
      // Another tab renewed the session just before: browsers share the lock and the storage, but a tab may get the lock
      // before it sees the value that was stored under it. That value stays; the backend accepts both.
      else this.#access = access;
      return tokens.access_token;
    }
    const error = await errorFromResponse(response);
    if (error.status === 401) {
      this.end("expired");
    }
    throw error;
  }

  /** The access token of the tab that refreshed while this one waited for the lock; null if none arrives. */
  async #handedOver(rejected: string | null): Promise<string | null> {
    const usable = () => {
      const token = this.#current();
      return token !== null && token !== rejected ? token : null;
    };
    const deadline = this.#environment.now() + HANDOVER_TIMEOUT_MS;
    while (usable() === null && this.#environment.channel !== null && this.#environment.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return usable();
  }

  #current(): string | null {
    const access = this.#access;
    if (!access || access.userId !== this.#snapshot.userId) return null;
    return access.expiresAt - EXPIRY_MARGIN_MS > this.#environment.now() ? access.token : null;
  }

  #adopt(access: AccessToken): void {
    if (access.userId === this.#stored()?.userId) this.#access = access;
  }

  #followStorage(): void {
    const userId = this.#stored()?.userId ?? null;
    if (userId === this.#snapshot.userId) return;
    this.#access = null;
    this.#publish({ userId, ended: userId === null ? this.#storedEnd() : null });
  }

  #over(reason: "expired" | "logged-out"): ApiError {
    if (this.#snapshot.userId !== null) this.#publish({ userId: null, ended: reason });
    return new ApiError({ status: 401, code: "token_revoked" });
  }

  #stored(): StoredSession | null {
    const { userId, refreshToken } = this.#storedValue();
    return typeof userId === "string" && typeof refreshToken === "string" ? { userId, refreshToken } : null;
  }

  /** The reason why storage has no session any more. */
  #storedEnd(): "expired" | "logged-out" {
    return this.#storedValue().ended === "expired" ? "expired" : "logged-out";
  }

  #storedValue(): Partial<StoredSession & StoredEnd> {
    try {
      const text = this.#environment.storage.getItem(SESSION_KEY) ?? "null";
      return (JSON.parse(text) as Partial<StoredSession & StoredEnd> | null) ?? {};
    } catch {
      // Malformed, for example edited by hand: treated as absent.
      return {};
    }
  }

  #publish(snapshot: SessionSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

function accessOf(tokens: Tokens, now: number): AccessToken {
  return {
    userId: subjectOf(tokens.access_token),
    token: tokens.access_token,
    expiresAt: now + tokens.expires_in * 1000,
  };
}

/** The `sub` claim, unverified: it only distinguishes accounts; the backend checks the signature. */
function subjectOf(jwt: string): string {
  const payload = jwt.split(".")[1] ?? "";
  const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { sub: string };
  return claims.sub;
}

/** The real browser's environment. Without Web Locks, only calls within a tab share a refresh. */
export function browserEnvironment(apiUrl: string): SessionEnvironment {
  return {
    apiUrl,
    fetch: (input, init) => fetchAvailable(new Request(input, init), (request) => window.fetch(request)),
    storage,
    withLock: (name, work) =>
      // Browsers that block site data refuse locks, too.
      "locks" in navigator && storage.failure !== "blocked"
        ? (navigator.locks.request(name, work) as ReturnType<typeof work>)
        : work(),
    channel: "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL_NAME) : null,
    onStorageChange: (listener) =>
      window.addEventListener("storage", (event) => {
        if (event.storageArea === window.localStorage) listener(event.key);
      }),
    now: Date.now,
  };
}
