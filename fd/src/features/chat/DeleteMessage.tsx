import { useState } from "react";
import { ConfirmDialog } from "@/components/Dialog";
import { useTranslation } from "@/i18n";
import { subtreeOf } from "./branches";
import type { ConversationController } from "./conversation-controller";
import type { ChatMessage } from "./conversation-state";

/** Confirmation before a message is deleted, with the number of messages that follow it. */
export function DeleteMessage({
  controller,
  message,
  onClose,
}: {
  controller: ConversationController;
  message: ChatMessage;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const following = subtreeOf(controller.store.getState().children, message.id).size - 1;
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await controller.deleteMessage(message.id);
      onClose();
    } catch (failure) {
      setBusy(false);
      setError(failure);
    }
  };
  return (
    <ConfirmDialog
      open
      title={t("chat.deleteMessageTitle")}
      description={
        following === 0 ? t("chat.deleteMessageHint") : t("chat.deleteMessagesHint", { count: following })
      }
      confirmLabel={t("action.delete")}
      busy={busy}
      error={error}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
}
