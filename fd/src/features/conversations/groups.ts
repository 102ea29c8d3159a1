// Groups of the sidebar: pinned conversations first, then by the day of the last activity in the user's time zone.
import type { Conversation } from "@/api/types";

export type GroupName = "pinned" | "today" | "yesterday" | "week" | "month" | "older";

export interface ConversationGroup {
  name: GroupName;
  items: Conversation[];
}

const ORDER: readonly GroupName[] = ["pinned", "today", "yesterday", "week", "month", "older"];

/** Non-empty groups only; within a group the newest activity comes first. */
export function groupConversations(conversations: readonly Conversation[], now: Date): ConversationGroup[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const daysAgo = (days: number) => new Date(midnight).setDate(midnight.getDate() - days);
  const nameOf = (conversation: Conversation): GroupName => {
    if (conversation.pinned) return "pinned";
    const time = Date.parse(conversation.updated_at);
    if (time >= midnight.getTime()) return "today";
    if (time >= daysAgo(1)) return "yesterday";
    if (time >= daysAgo(7)) return "week";
    if (time >= daysAgo(30)) return "month";
    return "older";
  };
  const groups = new Map<GroupName, Conversation[]>();
  const newestFirst = [...conversations].sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
  for (const conversation of newestFirst) {
    const name = nameOf(conversation);
    const items = groups.get(name);
    if (items) items.push(conversation);
    else groups.set(name, [conversation]);
  }
  return ORDER.flatMap((name) => {
    const items = groups.get(name);
    return items ? [{ name, items }] : [];
  });
}
