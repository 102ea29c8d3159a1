import { create } from "zustand";

/** The conversation whose find bar is open. */
export const useFindBar = create<{ conversationId: string | null }>()(() => ({ conversationId: null }));

export function openFindBar(conversationId: string): void {
  useFindBar.setState({ conversationId });
}

export function closeFindBar(): void {
  useFindBar.setState({ conversationId: null });
}
