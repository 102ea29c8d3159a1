import { ArrowDown } from "lucide-react";
import { useEffect } from "react";
import { useStore } from "zustand";
import { Button, IconButton } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { contextStart, runningReply } from "./conversation-state";
import { FindInConversation } from "./FindInConversation";
import { MessageView } from "./MessageView";
import { ReplyAnnouncer } from "./ReplyAnnouncer";
import { useMessageWindow } from "./useMessageWindow";

/** Estimated height of a message, in px, before it is rendered. */
const PROBABLE_HEIGHT = { user: 112, assistant: 280 } as const;

/** The messages of the shown branch in a list, which follows the end while a reply grows. */
export function MessageList({ controller }: { controller: ConversationController }) {
  const { t } = useTranslation();
  const path = useStore(controller.store, (state) => state.path);
  const keys = useStore(controller.store, (state) => state.keys);
  const history = useStore(controller.store, (state) => state.history);
  const historyError = useStore(controller.store, (state) => state.historyError);
  const pieceError = useStore(controller.store, (state) => state.pieceError);
  const stale = useStore(controller.store, (state) => state.stale);
  const loads = useStore(controller.store, (state) => state.loads);
  const growing = useStore(controller.store, (state) => runningReply(state) !== null);
  const contextStartId = useStore(controller.store, contextStart);
  const messages = controller.store.getState().messages;
  // Scroll to the end after sending, and when another conversation is opened.
  const lastQuestion = path.findLast((id) => messages.get(id)?.role === "user");
  const lastQuestionKey = lastQuestion ? messages.get(lastQuestion)?.key : "";
  const { scroller, list, segments, span, observe, atEnd, toEnd } = useMessageWindow(
    keys,
    `${controller.key} ${lastQuestionKey}`,
    `${loads} ${growing}`,
    {
      estimate: (index) => PROBABLE_HEIGHT[messages.get(path[index] ?? "")?.role ?? "user"],
      isLoaded: (index) => controller.store.getState().messages.get(path[index] ?? "")?.status !== "unloaded",
      isGrowing: () => runningReply(controller.store.getState()) !== null,
    },
  );
  const focusKeeper = useFocusKeeper(keys, scroller);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the set of loaded messages may have changed
  useEffect(
    () => controller.loadNear(span.first, span.last),
    [controller, span, path, history, stale, pieceError],
  );

  return (
    <div className="relative min-h-0 flex-1">
      <section
        {...focusKeeper}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling by keyboard needs the focus here
        tabIndex={0}
        aria-label={t("chat.messages")}
        className="relative h-full overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        <div className="column pt-6">
          {history === "loading" && path.length === 0 && <HistorySkeleton />}
          {history === "failed" && (
            <div className="pb-6">
              <ErrorNotice title={t("chat.historyFailed")} error={historyError}>
                <Button onClick={() => void controller.reload()}>{t("action.retry")}</Button>
              </ErrorNotice>
            </div>
          )}
          <div ref={list} role="feed" data-printed aria-busy={history === "loading"} className="relative">
            {segments.map((segment) =>
              segment.type === "space" ? (
                <div key={`space ${segment.index}`} aria-hidden style={{ height: segment.height }} />
              ) : (
                <MessageView
                  key={keys[segment.index]}
                  controller={controller}
                  id={path[segment.index] ?? ""}
                  startsContext={contextStartId !== null && path[segment.index] === contextStartId}
                  observe={observe}
                  position={segment.index + 1}
                  // Unknown until the outline is loaded.
                  total={history === "loaded" ? path.length : -1}
                />
              ),
            )}
          </div>
        </div>
      </section>
      <ReplyAnnouncer controller={controller} />
      <FindInConversation controller={controller} />
      {pieceError && (
        <div className="column absolute inset-x-0 top-2">
          <ErrorNotice title={t("chat.historyFailed")} error={pieceError}>
            <Button onClick={() => controller.retryPieces()}>{t("action.retry")}</Button>
          </ErrorNotice>
        </div>
      )}
      {!atEnd && (
        <IconButton
          round
          label={t("chat.toEnd")}
          onClick={toEnd}
          size="large"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 border border-line bg-raised text-ink shadow-composer"
        >
          <ArrowDown aria-hidden className="icon" />
        </IconButton>
      )}
    </div>
  );
}

function HistorySkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("chat.loadingHistory")} className="flex flex-col gap-4">
      <Skeleton className="ms-auto h-11 w-2/5 rounded-3xl" />
      <Skeleton className="h-4 w-11/12" />
      <Skeleton className="h-4 w-4/5" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}
