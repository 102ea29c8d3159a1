import { ArrowUp, Clock, ImageIcon, Paperclip, Pencil, X } from "lucide-react";
import { useStore } from "zustand";
import { IconButton } from "@/components/Button";
import { Spinner } from "@/components/Spinner";
import { useFocusReturn } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { runningReply, textOf } from "./conversation-state";
import { MessageEditor } from "./MessageEditor";
import type { QueuedMessage } from "./message-queue";

/** The messages above the composer that are sent when the running reply ends. Each can be edited and removed. */
export function QueuedMessages({ controller }: { controller: ConversationController }) {
  const { t } = useTranslation();
  const { items, preparing, editing } = useStore(controller.queue.store);
  const waiting = useStore(controller.store, (state) => runningReply(state) !== null);
  if (items.length === 0 && preparing.length === 0) return null;
  return (
    <ul
      aria-label={t("chat.queuedMessages")}
      className="mb-2 flex max-h-[40dvh] flex-col gap-1.5 overflow-y-auto"
    >
      {items.map((message, index) => (
        <li key={message.id}>
          <QueuedItem
            message={message}
            controller={controller}
            editing={editing === message.id}
            sendable={index === 0 && !waiting && controller.isCreated}
          />
        </li>
      ))}
      {preparing.map(({ id, text, file }) => (
        <li
          key={id}
          className="flex min-h-10 items-center gap-2 rounded-2xl border border-line bg-surface px-3.5 py-1 text-sm"
        >
          <Spinner />
          <span dir="auto" className="min-w-0 flex-1 truncate">
            {text}
          </span>
          {file !== null && (
            <span role="status" dir="auto" className="max-w-1/2 truncate text-muted">
              {t("files.reading", { name: file })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function QueuedItem({
  message,
  controller,
  editing,
  sendable,
}: {
  message: QueuedMessage;
  controller: ConversationController;
  editing: boolean;
  /** Whether it can be sent by hand: the reply before it failed, or waits for the user. */
  sendable: boolean;
}) {
  const { t } = useTranslation();
  const { queue } = controller;
  const editButton = useFocusReturn(editing);
  if (editing)
    return (
      <MessageEditor
        text={queue.editedText ?? textOf(message.content)}
        submitLabel={t("action.save")}
        onType={(text) => {
          queue.editedText = text;
        }}
        onCancel={() => queue.edit(null)}
        onSave={(text) => queue.change(message.id, text)}
      />
    );
  const file = message.content.find((part) => part.type === "file")?.file;
  const hasImages = message.content.some((part) => part.type === "image_url");
  return (
    <div className="flex items-center gap-2 rounded-2xl border border-line bg-surface py-1 ps-3.5 pe-1.5 text-sm">
      <Clock aria-hidden className="icon text-muted" />
      <span className="sr-only">{t("chat.queued")}</span>
      {hasImages && <ImageIcon role="img" aria-label={t("chat.image")} className="icon text-muted" />}
      {file && <Paperclip role="img" aria-label={file.name} className="icon text-muted" />}
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {textOf(message.content)}
      </span>
      {sendable && (
        <IconButton label={t("chat.sendNow")} onClick={() => controller.sendQueuedNow()}>
          <ArrowUp aria-hidden className="icon" />
        </IconButton>
      )}
      <IconButton ref={editButton} label={t("chat.editQueued")} onClick={() => queue.edit(message.id)}>
        <Pencil aria-hidden className="icon" />
      </IconButton>
      <IconButton label={t("chat.removeQueued")} onClick={() => queue.remove(message.id)}>
        <X aria-hidden className="icon" />
      </IconButton>
    </div>
  );
}
