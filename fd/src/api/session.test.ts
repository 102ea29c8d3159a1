import { describe, expect, it } from "vitest";
import { makeTokens } from "@/testing/tokens";
import { Session, type SessionEnvironment } from "./session";

/** A browser whose tabs share storage, lock and channel, and a backend that rotates refresh tokens. */
class Browser {
  readonly values = new Map<string, string>();
  readonly refreshes: string[] = [];
  readonly tabs: {
    session: Session;
    /** The storage as a tab sees it that has not received the changes of others yet. */
    outdated: ReadonlyMap<string, string> | null;
    storageListener: (key: string | null) => void;
    messageListener: (event: MessageEvent) => void;
  }[] = [];
  time = 1_000_000;
  user = "user-1";
  revoked = new Set<string>();
  offline = false;
  /** Whether the backend accepts a token again, as it does for some seconds. */
  graceful = false;
  /** If set, refreshes wait for it. */
  gate: Promise<void> = Promise.resolve();
  #lock: Promise<unknown> = Promise.resolve();

  openTab(): Session {
    const tab = {
      outdated: null,
      storageListener: () => undefined,
      messageListener: () => undefined,
    } as unknown as Browser["tabs"][number];
    const others = () => this.tabs.filter((other) => other !== tab);
    const environment: SessionEnvironment = {
      apiUrl: "http://api.test",
      fetch: (_input, init) => this.#refresh(new Headers(init?.headers)),
      storage: {
        getItem: (key) => (tab.outdated ?? this.values).get(key) ?? null,
        setItem: (key, value) => {
          this.values.set(key, value);
          for (const other of others()) other.storageListener(key);
        },
        removeItem: (key) => {
          this.values.delete(key);
          for (const other of others()) other.storageListener(key);
        },
      },
      withLock: (_name, work) => {
        const run = this.#lock.then(work, work);
        this.#lock = run.catch(() => undefined);
        return run;
      },
      channel: {
        postMessage: (data) => {
          for (const other of others()) other.messageListener(new MessageEvent("message", { data }));
        },
        addEventListener: (_type: string, listener: unknown) => {
          tab.messageListener = listener as (event: MessageEvent) => void;
        },
      },
      onStorageChange: (listener) => {
        tab.storageListener = listener;
      },
      now: () => this.time,
    };
    tab.session = new Session(environment);
    this.tabs.push(tab);
    return tab.session;
  }

  async #refresh(headers: Headers): Promise<Response> {
    const token = (headers.get("Authorization") ?? "").replace("Bearer ", "");
    this.refreshes.push(token);
    await this.gate;
    if (this.offline) throw new TypeError("Failed to fetch");
    if (this.revoked.has(token) && !this.graceful) {
      return Response.json(
        { error: { code: "token_revoked", message: "", request_id: "r" } },
        { status: 401 },
      );
    }
    this.revoked.add(token);
    return Response.json(makeTokens(this.user));
  }
}

describe("a session", () => {
  it("makes one refresh for twenty calls that are refused concurrently", async () => {
    const browser = new Browser();
    const session = browser.openTab();
    session.accept(makeTokens());
    const rejected = await session.accessToken();

    const tokens = await Promise.all(Array.from({ length: 20 }, () => session.refresh(rejected)));

    expect(browser.refreshes).toHaveLength(1);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(rejected);
  });

  it("makes one refresh for two tabs, and both get its access token", async () => {
    const browser = new Browser();
    const [first, second] = [browser.openTab(), browser.openTab()];
    first.accept(makeTokens());
    const rejected = await second.accessToken();

    const tokens = await Promise.all([first.refresh(rejected), second.refresh(rejected)]);

    expect(browser.refreshes).toHaveLength(1);
    expect(tokens[0]).toBe(tokens[1]);
  });

  it("stays in a tab that gets the lock before it sees what the other tab stored", async () => {
    const browser = new Browser();
    browser.graceful = true;
    const [first, second] = [browser.openTab(), browser.openTab()];
    first.accept(makeTokens());
    const rejected = await second.accessToken();
    const tab = browser.tabs[1] as Browser["tabs"][number];
    tab.outdated = new Map(browser.values);
    tab.messageListener = () => undefined;
    await first.refresh(rejected);
    const stored = new Map(browser.values);

    let open = () => {};
    browser.gate = new Promise((resolve) => {
      open = resolve;
    });
    const refreshing = second.refresh(rejected);
    await expect.poll(() => browser.refreshes.length).toBe(2);
    tab.outdated = null;
    open();

    expect(await refreshing).not.toBe(rejected);
    expect(await second.accessToken()).toBe(await refreshing);
    expect(second.snapshot()).toEqual({ userId: "user-1", ended: null });
    expect(browser.values).toEqual(stored);
  });

  it("refreshes before a token ends, not after", async () => {
    const browser = new Browser();
    const session = browser.openTab();
    session.accept(makeTokens("user-1", 900));

    browser.time += 800_000;
    await session.accessToken();
    expect(browser.refreshes).toHaveLength(0);
    browser.time += 80_000;
    await session.accessToken();
    expect(browser.refreshes).toHaveLength(1);
  });

  it("does not refresh for a call that was refused with a token that is already replaced", async () => {
    const browser = new Browser();
    const session = browser.openTab();
    session.accept(makeTokens());
    const rejected = await session.accessToken();
    const renewed = await session.refresh(rejected);

    expect(await session.refresh(rejected)).toBe(renewed);
    expect(browser.refreshes).toHaveLength(1);
  });

  it("survives a reload through the refresh token", async () => {
    const browser = new Browser();
    browser.user = "user-7";
    browser.openTab().accept(makeTokens(browser.user));

    const reloaded = browser.openTab();

    expect(reloaded.snapshot().userId).toBe("user-7");
    await expect(reloaded.accessToken()).resolves.toBeTypeOf("string");
  });

  it("ends in every tab, with the reason, when the backend has revoked it", async () => {
    const browser = new Browser();
    const [first, second] = [browser.openTab(), browser.openTab()];
    first.accept(makeTokens());
    const stored = JSON.parse([...browser.values.values()][0] as string) as { refreshToken: string };
    browser.revoked.add(stored.refreshToken);

    await expect(first.refresh(await first.accessToken())).rejects.toMatchObject({ code: "token_revoked" });

    expect(first.snapshot()).toEqual({ userId: null, ended: "expired" });
    expect(second.snapshot()).toEqual({ userId: null, ended: "expired" });
    expect(browser.openTab().snapshot()).toEqual({ userId: null, ended: null });
    await expect(second.accessToken()).rejects.toMatchObject({ code: "token_revoked" });
    expect([...browser.values.values()].join()).not.toContain("user-1");
  });

  it("ends as a logout in every tab when the user logs out in one, also after one that expired", async () => {
    const browser = new Browser();
    const [first, second] = [browser.openTab(), browser.openTab()];
    first.accept(makeTokens());
    first.end("expired");
    first.accept(makeTokens());
    expect(second.snapshot()).toEqual({ userId: "user-1", ended: null });

    first.end("logged-out");

    expect(second.snapshot()).toEqual({ userId: null, ended: "logged-out" });
    expect(browser.values.size).toBe(0);
  });

  it("stays when the refresh cannot reach the backend", async () => {
    const browser = new Browser();
    const session = browser.openTab();
    session.accept(makeTokens());
    browser.offline = true;

    await expect(session.refresh(await session.accessToken())).rejects.toMatchObject({ code: "network" });

    expect(session.snapshot().userId).toBe("user-1");
    browser.offline = false;
    await expect(session.refresh(null)).resolves.toBeTypeOf("string");
  });

  it("is not brought back by a refresh that answers after the user logged out", async () => {
    const browser = new Browser();
    const session = browser.openTab();
    session.accept(makeTokens());
    let open = () => {};
    browser.gate = new Promise((resolve) => {
      open = resolve;
    });
    const refreshing = session.refresh(await session.accessToken());

    session.end("logged-out");
    open();

    await expect(refreshing).rejects.toMatchObject({ code: "token_revoked" });
    expect(session.snapshot().userId).toBeNull();
    expect(browser.values.size).toBe(0);
  });

  it("follows another tab that logs in as someone else", async () => {
    const browser = new Browser();
    const [first, second] = [browser.openTab(), browser.openTab()];
    first.accept(makeTokens("user-1"));
    const before = await second.accessToken();

    first.accept(makeTokens("user-2"));

    expect(second.snapshot().userId).toBe("user-2");
    expect(await second.accessToken()).not.toBe(before);
  });
});
