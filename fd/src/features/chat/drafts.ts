// What was typed and not sent, one text per conversation, kept over a reload.
import { session } from "@/api/client";
import { DRAFT_PREFIX } from "@/storage-keys";

const keyOf = (conversationId: string | null) =>
  `${DRAFT_PREFIX}${session.snapshot().userId ?? ""}:${conversationId ?? "new"}`;

export function loadDraft(conversationId: string | null): string {
  return localStorage.getItem(keyOf(conversationId)) ?? "";
}

export function saveDraft(conversationId: string | null, text: string): void {
  try {
    if (text) localStorage.setItem(keyOf(conversationId), text);
    else localStorage.removeItem(keyOf(conversationId));
  } catch {
    // The storage is full: the draft lives as long as the page.
  }
}
