import { type ReactNode, useState } from "react";
import { Button } from "@/components/Button";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { type ChatMessage, isRunning } from "./conversation-state";

/** Two replies to one question, in columns, or one at a time on a phone. The chosen one continues the conversation. */
export function Comparison({
  controller,
  replies,
  renderReply,
}: {
  controller: ConversationController;
  replies: readonly [ChatMessage, ChatMessage];
  renderReply: (reply: ChatMessage, toolbar: ReactNode) => ReactNode;
}) {
  const { t } = useTranslation();
  const [shownKey, setShownKey] = useState(replies[1].key);
  // Both can be of one model.
  const labels = replies.map(({ model }, index) => {
    const number = t("chat.replyNumber", { number: index + 1 });
    return model === null ? number : `${number} · ${model}`;
  });
  return (
    <section aria-label={t("chat.comparison")} className="comparison">
      <div className="mb-3 flex gap-1 md:hidden">
        {replies.map(({ key }, index) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === shownKey}
            onClick={() => setShownKey(key)}
            className="min-w-0 flex-1 truncate rounded-lg border border-line px-3 py-1.5 text-sm aria-pressed:border-accent aria-pressed:bg-surface"
          >
            {labels[index]}
          </button>
        ))}
      </div>
      <div className="grid gap-4 md:grid-cols-2">
        {replies.map((reply, index) => (
          <section
            key={reply.key}
            aria-label={labels[index]}
            className={`min-w-0 rounded-2xl border border-line p-4 ${reply.key === shownKey ? "" : "max-md:hidden"}`}
          >
            <div dir="auto" className="mb-2 truncate text-xs text-muted max-md:hidden">
              {labels[index]}
            </div>
            {renderReply(
              reply,
              <div className="mt-2 flex">
                {!isRunning(reply) && (
                  <Button onClick={() => controller.selectBranch(reply.id)}>{t("chat.chooseReply")}</Button>
                )}
              </div>,
            )}
          </section>
        ))}
      </div>
    </section>
  );
}
