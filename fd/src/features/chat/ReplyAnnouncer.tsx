import { useEffect, useState } from "react";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { isRunning, textOf } from "./conversation-state";
import { endOfLastSentence, spoken } from "./sentences";

/** Time for a sentence or two; more often, and a screen reader would interrupt itself. */
const INTERVAL_MS = 1500;

/** Tells assistive technology what a running reply says, by sentence and not by token, and when it is finished. */
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
        setAnnouncement(spoken(text.slice(announced, end)));
        announced = end;
        lastTime = Date.now();
      } else if (key === message.key) {
        key = null;
        setAnnouncement(`${spoken(text.slice(announced))} ${t("chat.replyFinished")}`);
      }
    });
  }, [controller, t]);
  return (
    <div aria-live="polite" className="sr-only">
      {announcement}
    </div>
  );
}
