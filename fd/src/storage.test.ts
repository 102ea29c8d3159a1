import { describe, expect, it, vi } from "vitest";
import { FallbackStorage } from "./storage";

/** The browser's storage, which can be blocked and full. */
function makeBrowser() {
  const values = new Map<string, string>();
  const browser = {
    isBlocked: false,
    isFull: false,
    values,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (browser.isFull) throw new DOMException("full", "QuotaExceededError");
      values.set(key, value);
    },
    removeItem: (key: string) => void values.delete(key),
  };
  const open = () => {
    if (browser.isBlocked) throw new DOMException("denied", "SecurityError");
    return browser;
  };
  return { browser, load: () => new FallbackStorage(open) };
}

describe("storage", () => {
  it("survives a reload while the browser stores values", () => {
    const { load } = makeBrowser();
    load().setItem("draft", "words");
    const storage = load();
    expect(storage.getItem("draft")).toBe("words");
    storage.removeItem("draft");
    expect(storage.getItem("draft")).toBeNull();
    expect(storage.failure).toBeNull();
  });

  it("lists the keys of its values, also while the browser blocks access", () => {
    localStorage.setItem("draft", "words");
    expect(new FallbackStorage(() => localStorage).keys()).toEqual(["draft"]);
    const { browser, load } = makeBrowser();
    browser.isBlocked = true;
    const storage = load();
    storage.setItem("session", "token");
    expect(storage.keys()).toEqual(["session"]);
  });

  it("is memory while the browser blocks access, and reports it", () => {
    const { browser, load } = makeBrowser();
    browser.isBlocked = true;
    const storage = load();
    const listener = vi.fn();
    storage.onFailure(listener);
    expect(storage.getItem("session")).toBeNull();
    storage.setItem("session", "token");
    expect(storage.getItem("session")).toBe("token");
    storage.removeItem("session");
    expect(storage.getItem("session")).toBeNull();
    expect(storage.failure).toBe("blocked");
    expect(listener).toHaveBeenCalledOnce();
  });

  it("that is full leaves new values in memory, and no outdated one behind", () => {
    const { browser, load } = makeBrowser();
    browser.values.set("session", "used token");
    browser.isFull = true;
    const storage = load();
    storage.setItem("session", "new token");
    expect(storage.getItem("session")).toBe("new token");
    expect(browser.values.has("session")).toBe(false);
    expect(storage.failure).toBe("full");
  });

  it("stores values again when there is room", () => {
    const { browser, load } = makeBrowser();
    browser.isFull = true;
    const storage = load();
    storage.setItem("draft", "one");
    browser.isFull = false;
    storage.setItem("draft", "two");
    expect(storage.getItem("draft")).toBe("two");
    expect(browser.values.get("draft")).toBe("two");
  });

  it("returns what another tab stored later", () => {
    const { browser, load } = makeBrowser();
    browser.isFull = true;
    const storage = load();
    storage.setItem("session", "older");
    browser.values.set("session", "newer");
    storage.forget("session");
    expect(storage.getItem("session")).toBe("newer");
  });
});
