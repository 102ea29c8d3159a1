import { ArrowDown } from "lucide-react";
import { useRef } from "react";
import { useStore } from "zustand";
import { Button, IconButton } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { MessageView } from "./MessageView";
import { ReplyAnnouncer } from "./ReplyAnnouncer";
import { useFollowEnd } from "./useFollowEnd";

/** The messages on the chosen branch, following their end while a reply grows. */
export function MessageList({
  controller,
  onRetryHistory,
}: {
  controller: ConversationController;
  onRetryHistory: () => void;
}) {
  const { t } = useTranslation();
  const path = useStore(controller.store, (state) => state.path);
  const history = useStore(controller.store, (state) => state.history);
  const historyError = useStore(controller.store, (state) => state.historyError);
  const messages = controller.store.getState().messages;
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  // A message that was just sent brings the reader to the end; so does another conversation.
  const lastQuestion = path.findLast((id) => messages.get(id)?.role === "user");
  const lastQuestionKey = lastQuestion ? messages.get(lastQuestion)?.key : "";
  const { atEnd, toEnd } = useFollowEnd(scroller, content, `${controller.id} ${lastQuestionKey}`);

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolling by keyboard needs the focus here
        tabIndex={0}
        aria-label={t("chat.messages")}
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        <div ref={content} className="column flex flex-col gap-6 py-6">
          {history === "loading" && path.length === 0 && <HistorySkeleton />}
          {history === "failed" && (
            <ErrorNotice title={t("chat.historyFailed")} error={historyError}>
              <Button onClick={onRetryHistory}>{t("action.retry")}</Button>
            </ErrorNotice>
          )}
          {path.map((id) => (
            <MessageView key={messages.get(id)?.key ?? id} controller={controller} id={id} />
          ))}
        </div>
      </section>
      <ReplyAnnouncer controller={controller} />
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
