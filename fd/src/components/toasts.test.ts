import { expect, it, vi } from "vitest";
import { session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { showToast, useToasts } from "./toasts";

it("is not shown to the next user, and what it postponed is taken back", () => {
  useToasts.setState([], true);
  session.accept(makeTokens("user-1"));
  const commit = vi.fn(async () => undefined);
  const [undo, restore] = [vi.fn(), vi.fn()];
  showToast("1 message was deleted", { label: "Undo", run: undo }, commit);
  showToast("1 chat was deleted", { label: "Undo", run: restore });
  session.accept(makeTokens("user-1"));
  expect(useToasts.getState()).toHaveLength(2);
  session.accept(makeTokens("user-2"));
  expect(useToasts.getState()).toEqual([]);
  expect(undo).toHaveBeenCalledOnce();
  expect(commit).not.toHaveBeenCalled();
  expect(restore).not.toHaveBeenCalled();
});
