// The events of a reply, the same over SSE and WebSocket.
import type { ChatEvent } from "./types";

/** The events of a reply until its final one, in the groups in which they arrived. */
export type EventStream = AsyncGenerator<readonly ChatEvent[], void, undefined>;

const EVENT_TYPES: Record<ChatEvent["type"], true> = {
  started: true,
  reasoning: true,
  delta: true,
  step: true,
  waiting: true,
  completed: true,
  failed: true,
  notice: true,
};

type FinalEvent = Extract<ChatEvent, { type: "completed" | "failed" | "waiting" }>;

export function isFinal(event: ChatEvent): event is FinalEvent {
  return event.type === "completed" || event.type === "failed" || event.type === "waiting";
}

/**
 * Whether the final event is among the events. A reply that went on after the user's answers repeats its `waiting` event
 * when it is resumed: `answered` are the steps that have an answer.
 */
export function endsReply(events: readonly ChatEvent[], answered: readonly number[] = []): boolean {
  return events.some(
    (event) =>
      isFinal(event) && !(event.type === "waiting" && event.steps.every((n) => answered.includes(n))),
  );
}

/** A parsed object as an event; null for an unknown type, so that a newer backend can add types. */
export function toChatEvent(value: unknown): ChatEvent | null {
  if (typeof value !== "object" || value === null) return null;
  const { type, seq } = value as { type?: unknown; seq?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(EVENT_TYPES, type)) return null;
  // A notice is not stored, and has no sequence number.
  return typeof seq === "number" || type === "notice" ? (value as ChatEvent) : null;
}
