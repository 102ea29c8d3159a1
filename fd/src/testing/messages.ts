// Test data: messages as the backend stores them.
import type { Message } from "@/api/types";

export const storedMessage = (
  id: string,
  parentId: string | null,
  role: Message["role"],
  text = "Hi",
): Message => ({
  id,
  parent_id: parentId,
  role,
  content: [{ type: "text", text }],
  reasoning: null,
  status: "completed",
  model: null,
  usage: null,
  finish_reason: null,
  error: null,
  created_at: "2026-01-01T00:00:00Z",
});
