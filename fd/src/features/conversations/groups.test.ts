import { expect, it } from "vitest";
import type { Conversation } from "@/api/types";
import { groupConversations } from "./groups";

const now = new Date(2026, 2, 15, 9, 30);

function conversation(id: string, updated: Date, pinned = false): Conversation {
  const time = updated.toISOString();
  return {
    id,
    title: id,
    model_config_id: null,
    pinned,
    archived: false,
    created_at: time,
    updated_at: time,
    active_leaf_id: null,
  };
}

it("groups conversations by the reader's day, pinned ones first", () => {
  const groups = groupConversations(
    [
      conversation("last year", new Date(2025, 2, 15)),
      conversation("just after midnight", new Date(2026, 2, 15, 0, 1)),
      conversation("just before midnight", new Date(2026, 2, 14, 23, 59)),
      conversation("pinned long ago", new Date(2024, 0, 1), true),
      conversation("a week ago", new Date(2026, 2, 8, 12)),
      conversation("three weeks ago", new Date(2026, 1, 22)),
      conversation("now", now),
    ],
    now,
  );
  expect(groups.map(({ name, items }) => [name, items.map(({ id }) => id)])).toEqual([
    ["pinned", ["pinned long ago"]],
    ["today", ["now", "just after midnight"]],
    ["yesterday", ["just before midnight"]],
    ["week", ["a week ago"]],
    ["month", ["three weeks ago"]],
    ["older", ["last year"]],
  ]);
});
