import { lazy, Suspense, useEffect } from "react";
import type { ConversationController } from "./conversation-controller";
import { closeFindBar, openFindBar, useFindBar } from "./find-state";

const FindBar = lazy(async () => ({ default: (await import("./FindBar")).FindBar }));

/** The find bar of a conversation, which Ctrl/Cmd + Shift + F and its menu open. */
export function FindInConversation({ controller }: { controller: ConversationController }) {
  const { id } = controller;
  const open = useFindBar(({ conversationId }) => conversationId === id);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isShortcut = (event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey;
      if (!isShortcut || event.key.toLowerCase() !== "f") return;
      event.preventDefault();
      openFindBar(id);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      closeFindBar();
    };
  }, [id]);
  if (!open) return null;
  return (
    <Suspense>
      <FindBar controller={controller} onClose={closeFindBar} />
    </Suspense>
  );
}
