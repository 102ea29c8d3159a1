import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { useStore } from "zustand";
import type { ConversationController } from "./conversation-controller";
import { phrasePattern, rangesIn } from "./find-ranges";
import { scrollToMessage } from "./scroll-to-message";

/** Name of the highlight in styles.css. */
const MARKS = "find";

/** Goes to the message of a search result (`?message=<id>&q=<words>`), on any branch, and marks the words in it. */
export function SearchTarget({ controller }: { controller: ConversationController }) {
  const [parameters] = useSearchParams();
  const messageId = parameters.get("message") ?? "";
  const q = parameters.get("q") ?? "";
  const isLoaded = useStore(controller.store, ({ history }) => history === "loaded");
  useEffect(() => {
    if (!isLoaded) return;
    const { messages, path } = controller.store.getState();
    const message = messages.get(messageId);
    if (!message) return;
    if (!path.includes(messageId)) controller.selectBranch(messageId);
    const ended = new AbortController();
    let observer: MutationObserver | undefined;
    const keys = () => controller.store.getState().keys;
    void scrollToMessage(keys, message.key, ended.signal).then((element) => {
      if (!element || ended.signal.aborted) return;
      const patterns = q.split(/\s+/).flatMap((word) => phrasePattern(word) ?? []);
      let marks: Highlight | undefined;
      const mark = () => {
        // The find bar has marks of the same name.
        if (marks && CSS.highlights.get(MARKS) !== marks) return;
        const ranges = patterns.flatMap((pattern) => rangesIn(element, pattern));
        marks = new Highlight(...ranges);
        CSS.highlights.set(MARKS, marks);
        return ranges[0];
      };
      const start = mark()?.startContainer.parentElement ?? element;
      start.scrollIntoView({ block: "center" });
      element.dataset.found = "";
      // The marked nodes are replaced, for example when Markdown's script arrives after the message.
      observer = new MutationObserver(mark);
      observer.observe(element, { childList: true, characterData: true, subtree: true });
    });
    return () => {
      ended.abort();
      observer?.disconnect();
      CSS.highlights.delete(MARKS);
      for (const element of document.querySelectorAll<HTMLElement>("[data-found]"))
        delete element.dataset.found;
    };
  }, [controller, messageId, q, isLoaded]);
  return null;
}
