import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { session } from "@/api/client";
import { ACTIVITY_KEY } from "@/storage-keys";
import { makeTokens } from "@/testing/tokens";
import { markEnded, useActivityMark } from "./activity";

function stored(): { state: { unread: Record<string, string[]> }; version: number } {
  return JSON.parse(localStorage.getItem(ACTIVITY_KEY) ?? "");
}

it("keeps a conversation read that was read in another tab", () => {
  session.accept(makeTokens("reader"));
  markEnded("c1");
  const mark = renderHook(() => useActivityMark("c1"));
  expect(mark.result.current).toBe("unread");

  const newValue = JSON.stringify({ ...stored(), state: { unread: { reader: [] } } });
  localStorage.setItem(ACTIVITY_KEY, newValue);
  window.dispatchEvent(
    new StorageEvent("storage", { key: ACTIVITY_KEY, newValue, storageArea: localStorage }),
  );
  mark.rerender();
  expect(mark.result.current).toBeNull();
  markEnded("c2");
  expect(stored().state.unread).toEqual({ reader: ["c2"] });
});
