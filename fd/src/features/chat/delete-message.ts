// Deletion of a message with an undo.
import { toApiError } from "@/api/errors";
import { showToast } from "@/components/toasts";
import { describeError, type Translate } from "@/i18n";
import type { ConversationController } from "./conversation-controller";

/**
 * Removes a message and what follows it from the conversation. They are deleted when the toast that can undo it is
 * closed, or the page is left: the backend cannot restore a message.
 */
export function deleteMessage(controller: ConversationController, messageId: string, t: Translate): void {
  const count = controller.hideMessage(messageId);
  const undo = () => {
    window.removeEventListener("pagehide", commit);
    controller.restoreMessage(messageId);
  };
  const commit = async () => {
    window.removeEventListener("pagehide", commit);
    try {
      await controller.deleteMessage(messageId);
    } catch (error) {
      controller.restoreMessage(messageId);
      showToast(describeError(t, toApiError(error)));
    }
  };
  window.addEventListener("pagehide", commit);
  showToast(t("chat.messagesDeleted", { count }), { label: t("toasts.undo"), run: undo }, commit);
}
