import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** A fresh module, as after a reload. */
async function loadPage() {
  vi.resetModules();
  return import("./storage");
}

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

describe("storage that works", () => {
  it("survives a reload", async () => {
    (await loadPage()).storage.setItem("draft", "words");
    const { storage, storageFailure } = await loadPage();
    expect(storage.getItem("draft")).toBe("words");
    storage.removeItem("draft");
    expect(storage.getItem("draft")).toBeNull();
    expect(storageFailure()).toBeNull();
  });
});

describe("blocked storage", () => {
  beforeEach(() => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
  });

  it("is replaced by memory, and reported", async () => {
    const { storage, storageFailure, onStorageFailure } = await loadPage();
    const listener = vi.fn();
    onStorageFailure(listener);
    expect(storage.getItem("session")).toBeNull();
    storage.setItem("session", "token");
    expect(storage.getItem("session")).toBe("token");
    storage.removeItem("session");
    expect(storage.getItem("session")).toBeNull();
    expect(storageFailure()).toBe("blocked");
    expect(listener).toHaveBeenCalledOnce();
  });
});

describe("full storage", () => {
  it("leaves new values in memory, and no outdated one behind", async () => {
    localStorage.setItem("session", "used token");
    const { storage, storageFailure } = await loadPage();
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    storage.setItem("session", "new token");
    expect(storage.getItem("session")).toBe("new token");
    expect(localStorage.getItem("session")).toBeNull();
    expect(storageFailure()).toBe("full");
  });

  it("stores values again when there is room", async () => {
    const { storage } = await loadPage();
    const refuse = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    storage.setItem("draft", "one");
    refuse.mockRestore();
    storage.setItem("draft", "two");
    expect(storage.getItem("draft")).toBe("two");
    expect(localStorage.getItem("draft")).toBe("two");
  });
});
