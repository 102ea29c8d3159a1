import { useEffect } from "react";
import { lazyPart } from "@/components/lazy-part";
import type { ConversationController } from "./conversation-controller";
import { closeFindBar, openFindBar, useFindBar } from "./find-state";

const FindBar = lazyPart(async () => (await import("./FindBar")).FindBar);

/** The find bar of a conversation, which Ctrl/Cmd + Shift + F and its menu open. */
export function FindInConversation({ controller }: { controller: ConversationController }) {
  const open = useFindBar((state) => state.controller === controller);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isShortcut = (event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey;
      if (!isShortcut || event.key.toLowerCase() !== "f") return;
      event.preventDefault();
      openFindBar(controller);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => {
      document.removeEventListener("keydown", onKeyDown);
      closeFindBar();
    };
  }, [controller]);
  if (!open) return null;
  return <FindBar controller={controller} onClose={closeFindBar} />;
}
