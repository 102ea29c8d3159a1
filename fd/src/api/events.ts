// The events of a reply, the same over SSE and WebSocket.
import type { MessageError, MessageStatus, Usage } from "./types";

export interface StartedEvent {
  type: "started";
  seq: number;
  conversation_id: string;
  user_message_id: string;
  assistant_message_id: string;
  /** The model that makes the reply. */
  model?: string | null;
}

export interface TextEvent {
  type: "reasoning" | "delta";
  seq: number;
  message_id: string;
  text: string;
}

export interface CompletedEvent {
  type: "completed";
  seq: number;
  user_message_id: string;
  assistant_message_id: string;
  status: MessageStatus;
  finish_reason: string | null;
  usage: Usage | null;
}

export interface FailedEvent {
  type: "failed";
  seq: number;
  user_message_id: string;
  assistant_message_id: string;
  error: MessageError;
}

export type ChatEvent = StartedEvent | TextEvent | CompletedEvent | FailedEvent;

/** The events of a reply until its final one; those that arrived together come together. */
export type EventStream = AsyncGenerator<readonly ChatEvent[], void, undefined>;

const EVENT_TYPES = new Set<string>(["started", "reasoning", "delta", "completed", "failed"]);

export function isFinal(event: ChatEvent): event is CompletedEvent | FailedEvent {
  return event.type === "completed" || event.type === "failed";
}

export function endsReply(events: readonly ChatEvent[]): boolean {
  return events.some(isFinal);
}

/** Parses one event object; null for a type this version does not know, so that a newer backend may add some. */
export function parseChatEvent(json: string): ChatEvent | null {
  const value: unknown = JSON.parse(json);
  if (typeof value !== "object" || value === null) return null;
  const { type, seq } = value as { type?: unknown; seq?: unknown };
  if (typeof type !== "string" || !EVENT_TYPES.has(type) || typeof seq !== "number") return null;
  return value as ChatEvent;
}
