import { useEffect, useState } from "react";
import { type Translate, useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { type ChatMessage, isContinuable, isRunning, textOf } from "./conversation-state";
import { endOfLastSentence, plainText } from "./sentences";

/** Interval in ms, long enough for a sentence or two: more frequent announcements would interrupt each other. */
const INTERVAL_MS = 1500;

/** Announces a running reply to screen readers, by sentence instead of by token, and its end. */
export function ReplyAnnouncer({ controller }: { controller: ConversationController }) {
  const { t } = useTranslation();
  const [announcement, setAnnouncement] = useState("");
  useEffect(() => {
    let key: string | null = null;
    let announced = 0;
    let lastTime = 0;
    return controller.store.subscribe(({ messages, path }) => {
      const message = messages.get(path.at(-1) ?? "");
      if (message?.role !== "assistant") return;
      const text = textOf(message.content);
      if (isRunning(message)) {
        if (key !== message.key) {
          key = message.key;
          announced = text.length;
        }
        if (Date.now() - lastTime < INTERVAL_MS) return;
        const end = endOfLastSentence(text);
        if (end <= announced) return;
        setAnnouncement(plainText(text.slice(announced, end)));
        announced = end;
        lastTime = Date.now();
      } else if (key === message.key) {
        key = null;
        setAnnouncement(`${plainText(text.slice(announced))} ${endOf(t, message)}`);
      }
    });
  }, [controller, t]);
  return (
    <div aria-live="polite" className="sr-only">
      {announcement}
    </div>
  );
}

/** The words for the end of a reply: one that waits for the user, or ended early, is not finished. */
function endOf(t: Translate, message: ChatMessage): string {
  switch (message.status) {
    case "waiting":
      return t("conversations.waiting");
    case "failed":
      return t("chat.failed");
    case "stopped":
      return t("chat.stopped");
    case "interrupted":
      return t("chat.interrupted");
    default:
      return t(isContinuable(message) ? "chat.cutShort" : "chat.replyFinished");
  }
}
