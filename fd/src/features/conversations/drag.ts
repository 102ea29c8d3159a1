// Conversations that are dragged from a list onto a project.
import type { DragEvent } from "react";

const TYPE = "application/x-conversation-ids";

/** Puts conversations on a drag of a row. */
export function dragConversations({ dataTransfer }: DragEvent, ids: readonly string[]): void {
  dataTransfer.setData(TYPE, ids.join(" "));
}

export function hasConversations({ types }: DataTransfer): boolean {
  return types.includes(TYPE);
}

/** Ids of the conversations that are dropped; none for something else. */
export function droppedConversations({ dataTransfer }: DragEvent): string[] {
  return dataTransfer.getData(TYPE).split(" ").filter(Boolean);
}
