// Activity of conversations that are not on the screen: which have a running reply, and which a reply that was not read.
import { create } from "zustand";
import { createJSONStorage, persist } from "zustand/middleware";
import { session } from "@/api/client";
import { storage } from "@/storage";
import { ACTIVITY_KEY } from "@/storage-keys";

interface Activity {
  /** Ids of the conversations with a running reply. */
  running: readonly string[];
  /** User id → ids of the conversations with an unread reply, in storage. */
  unread: Readonly<Record<string, readonly string[]>>;
}

/** Maximum number of unread conversations kept for a user; the oldest are forgotten. */
const MAX_UNREAD = 200;

const useActivity = create<Activity>()(
  persist((): Activity => ({ running: [], unread: {} }), {
    name: ACTIVITY_KEY,
    version: 1,
    partialize: ({ unread }) => ({ unread }),
    storage: createJSONStorage(() => storage),
  }),
);

// Otherwise, a conversation that was read in another tab would be stored as unread again.
window.addEventListener("storage", ({ key }) => {
  if (key === ACTIVITY_KEY) void useActivity.persist.rehydrate();
});

/** The conversation on the screen. */
let shownId: string | null = null;

const userId = () => session.snapshot().userId ?? "";
const without = (ids: readonly string[] | undefined, id: string) =>
  (ids ?? []).filter((other) => other !== id);

/** The mark of a conversation in lists. */
export function useActivityMark(id: string): "running" | "unread" | null {
  return useActivity(({ running, unread }) => {
    if (running.includes(id)) return "running";
    return unread[userId()]?.includes(id) ? "unread" : null;
  });
}

export function markRunning(id: string): void {
  const { running } = useActivity.getState();
  if (!running.includes(id)) useActivity.setState({ running: [...running, id] });
}

/** A reply ended. It is unread if its conversation, or the whole page, is not on the screen. */
export function markEnded(id: string): void {
  markStopped(id);
  if (id !== shownId || document.hidden) setUnread((ids) => [...without(ids, id), id].slice(-MAX_UNREAD));
}

/** No reply is known to run any more, such as after the live connection was lost. */
export function markStopped(id: string): void {
  const { running } = useActivity.getState();
  if (running.includes(id)) useActivity.setState({ running: without(running, id) });
}

/** The conversation is on the screen, until the returned function is called. */
export function showConversation(id: string): () => void {
  shownId = id;
  const markRead = () => {
    if (!document.hidden) setUnread((ids) => (ids.includes(id) ? without(ids, id) : ids));
  };
  markRead();
  document.addEventListener("visibilitychange", markRead);
  return () => {
    if (shownId === id) shownId = null;
    document.removeEventListener("visibilitychange", markRead);
  };
}

function setUnread(change: (ids: readonly string[]) => readonly string[]): void {
  const { unread } = useActivity.getState();
  const before = unread[userId()] ?? [];
  const after = change(before);
  if (after !== before) useActivity.setState({ unread: { ...unread, [userId()]: after } });
}
