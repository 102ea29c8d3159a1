import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useComposerInput } from "./composer-input";

const onFiles = vi.fn();
const onText = vi.fn();
const onDrag = vi.fn();
const target = document.createElement("div");

/** jsdom has no drag events. */
function drag(type: "dragover" | "drop", content: Readonly<Record<string, string>>): Event {
  const dataTransfer = {
    types: Object.keys(content),
    files: [],
    getData: (format: string) => content[format] ?? "",
  };
  const event = Object.assign(new Event(type, { bubbles: true, cancelable: true }), { dataTransfer });
  target.dispatchEvent(event);
  return event;
}

/** A row of the sidebar: a link, on which the browser puts its text. */
const ROW = {
  "application/x-conversation-ids": "c1",
  "text/uri-list": "http://localhost/#/c/c1",
  "text/plain": "http://localhost/#/c/c1",
  "text/html": "",
};

beforeEach(() => {
  vi.clearAllMocks();
  const field = document.createElement("textarea");
  document.body.replaceChildren(target, field);
  renderHook(() => useComposerInput({ current: field }, { onFiles, onText, onDrag }));
});
afterEach(() => document.body.replaceChildren());

describe("a drag over the page", () => {
  it("puts text into the composer", async () => {
    drag("dragover", { "text/plain": "tea" });
    expect(onDrag).toHaveBeenLastCalledWith("text");
    drag("drop", { "text/plain": "tea" });
    expect(onDrag).toHaveBeenLastCalledWith(null);
    await vi.waitFor(() => expect(onText).toHaveBeenCalledExactlyOnceWith("tea"));
  });

  it("puts no conversation into the composer", async () => {
    expect(drag("dragover", ROW).defaultPrevented).toBe(false);
    drag("drop", ROW);
    await Promise.resolve();
    expect(onDrag).not.toHaveBeenCalledWith("text");
    expect(onText).not.toHaveBeenCalled();
  });

  it("leaves to another part of the page what is dropped there", async () => {
    const receive = (event: Event) => event.preventDefault();
    for (const type of ["dragover", "drop"]) target.addEventListener(type, receive, { once: true });
    drag("dragover", { "text/plain": "tea" });
    drag("drop", { "text/plain": "tea" });
    await Promise.resolve();
    expect(onDrag).not.toHaveBeenCalledWith("text");
    expect(onText).not.toHaveBeenCalled();
  });
});

describe("text that is pasted into the composer", () => {
  /** Returns whether the browser inserts the plain text itself. */
  function isNative(html: string): boolean {
    const content: Readonly<Record<string, string>> = { "text/plain": "    a", "text/html": html };
    const clipboardData = { files: [], getData: (format: string) => content[format] ?? "" };
    const event = Object.assign(new Event("paste", { bubbles: true, cancelable: true }), { clipboardData });
    document.querySelector("textarea")?.dispatchEvent(event);
    return !event.defaultPrevented;
  }

  it("is left to the browser where its style emphasizes nothing", () => {
    expect(isNative('<div style="font-weight: normal;white-space: pre;"><div>    a</div></div>')).toBe(true);
    expect(isNative('<span style="font-style: normal; font-weight: 400;">a</span>')).toBe(true);
    expect(isNative('<span style="font-weight: 700">a</span>')).toBe(false);
    expect(isNative('<span style="font-weight:bold">a</span>')).toBe(false);
  });
});
