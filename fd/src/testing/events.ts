// The events of a turn whose question is `u1` and whose reply is `a1`.
import type { ChatEvent } from "@/api/types";

export const started: ChatEvent = {
  type: "started",
  seq: 1,
  conversation_id: "c",
  user_message_id: "u1",
  assistant_message_id: "a1",
  model: "m",
};

export const delta = (seq: number, text: string): ChatEvent => ({
  type: "delta",
  seq,
  message_id: "a1",
  text,
});

export const completed = (seq: number): ChatEvent => ({
  type: "completed",
  seq,
  user_message_id: "u1",
  assistant_message_id: "a1",
  status: "completed",
  finish_reason: "stop",
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});
