import { create } from "zustand";
import type { ConversationController } from "./conversation-controller";

/** The conversation whose find bar is open. */
export const useFindBar = create<{ controller: ConversationController | null }>()(() => ({
  controller: null,
}));

export function openFindBar(controller: ConversationController): void {
  useFindBar.setState({ controller });
}

export function closeFindBar(): void {
  useFindBar.setState({ controller: null });
}
