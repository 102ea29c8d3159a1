// Test data: the events of a turn with the question `u1` and the reply `a1`.
import type { ChatEvent, MessageError, SequencedEvent, StartedEvent } from "@/api/types";

export const startedAt = (seq: number): StartedEvent => ({
  type: "started",
  seq,
  conversation_id: "c",
  user_message_id: "u1",
  assistant_message_id: "a1",
  model: "m",
});

export const started = startedAt(1);

export const delta = (seq: number, text: string): SequencedEvent => ({
  type: "delta",
  seq,
  message_id: "a1",
  text,
});

export const completed = (seq: number): SequencedEvent => ({
  type: "completed",
  seq,
  user_message_id: "u1",
  assistant_message_id: "a1",
  status: "completed",
  finish_reason: "stop",
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});

export const failed = (seq: number, error: MessageError): SequencedEvent => ({
  type: "failed",
  seq,
  user_message_id: "u1",
  assistant_message_id: "a1",
  error,
});

/** The provider refused with `status`; the request is retried in `seconds`. */
export const notice = (status: number, seconds: number): ChatEvent => ({
  type: "notice",
  message_id: "a1",
  kind: "provider_wait",
  seconds,
  status,
});
