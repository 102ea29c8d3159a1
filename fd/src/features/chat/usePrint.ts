import { useCallback, useEffect } from "react";
import { closeToast, showToast } from "@/components/toasts";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";

/**
 * Returns a function that prints the whole conversation. `beforeprint` handlers cannot wait for messages that are not
 * loaded, so this loads them first, and so does the browser's shortcut, Ctrl/Cmd + P, where messages are missing.
 */
export function usePrint(controller: ConversationController): () => Promise<void> {
  const { t } = useTranslation();
  const print = useCallback(async () => {
    if (!controller.isLoaded) {
      const notice = showToast(t("chat.loadingHistory"));
      const loaded = await controller.loadAll();
      void closeToast(notice);
      if (!loaded) {
        showToast(t("chat.historyFailed"));
        return;
      }
    }
    window.print();
  }, [controller, t]);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isShortcut = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!isShortcut || event.key.toLowerCase() !== "p" || controller.isLoaded) return;
      event.preventDefault();
      if (!event.repeat) void print();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [controller, print]);
  return print;
}
