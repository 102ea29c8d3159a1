// Sending of the composer's messages: at once, or in the queue while a reply is running.
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { toApiError } from "@/api/errors";
import type { FilePart, ImagePart, Part, ToolChoice } from "@/api/types";
import { createConversation, titleConversation } from "@/features/conversations";
import { useTranslation } from "@/i18n";
import { nextTask } from "@/tasks";
import { shownAttachment } from "./attachments";
import { useConversationRegistry } from "./ChatProvider";
import type { ConversationController } from "./conversation-controller";
import { runningReply } from "./conversation-state";
import type { SendingText } from "./drafts";

/** The choices for a new conversation. */
export interface NewConversation {
  modelConfigId: string | null;
  projectId: string | null;
  temporary: boolean;
  tools: ToolChoice;
}

/**
 * The functions that take the composer's message. `send` creates a new conversation first, and opens it. `enqueue`
 * queues the message until the running reply has ended, as `send` does if one turns out to be running.
 */
export function useSend(
  controller: ConversationController,
  id: string | null,
  { modelConfigId, projectId, temporary, tools }: NewConversation,
  secondModel: string | null | undefined,
): {
  send: (message: SendingText) => Promise<void>;
  enqueue: (message: SendingText) => Promise<void>;
} {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const registry = useConversationRegistry();
  const { tray } = controller;

  const create = async () => {
    // It exists already if only the uploads failed.
    if (controller.isCreated) return;
    const created = await createConversation(queryClient, modelConfigId, {
      temporary,
      projectId,
      tools,
    }).catch((error) => {
      // Another device may have deleted the model or the project since the lists were loaded.
      if ((modelConfigId === null && projectId === null) || toApiError(error).code !== "not_found")
        throw error;
      return createConversation(queryClient, null, { temporary, tools });
    });
    registry.setCreated(controller, created.id);
  };
  const requestTitle = (text: string) =>
    // On failure the conversation keeps the generic title.
    titleConversation(queryClient, controller.id, text).catch(() => undefined);

  const enqueue = async (message: SendingText, attachments = tray.take()) => {
    if (attachments.length === 0 && !controller.queue.isPreparing) {
      controller.enqueue(toContent([], message.text), message);
      return;
    }
    const unread = attachments.find(({ kind, state }) => kind === "file" && state !== "ready");
    const upload = async () => {
      try {
        await controller.whenCreated();
        return await tray.upload(attachments, controller.id);
      } catch (error) {
        tray.putBack(attachments);
        throw error;
      }
    };
    await controller.queue.prepare(message.text, unread?.name ?? null, upload, (uploaded) => {
      message.moveTo(controller.id);
      controller.enqueue(toContent(uploaded, message.text), message);
    });
  };

  const send = async (message: SendingText) => {
    const { text } = message;
    const attachments = tray.take();
    const content = toContent(attachments.map(shownAttachment), text);
    const upload = async () => toContent(await tray.upload(attachments, controller.id), text);
    const title = text || (attachments.find(({ kind }) => kind === "file")?.name ?? t("chat.image"));
    try {
      if (id === null) {
        const prepare = async () => {
          await create();
          return upload();
        };
        await controller.sendPrepared(content, controller.lastStoredId, message, prepare, secondModel);
        registry.setStarted(controller);
        // In parallel with the reply. A temporary conversation is never titled.
        if (!temporary) void requestTitle(title);
        // The user may have left, and may have come back to another view of it.
        if (registry.isShownAsNew(controller)) await navigate(`/c/${controller.id}`);
        return;
      }
      // A message is appended to the shown branch, which must be loaded: otherwise it would begin the conversation anew.
      await controller.whenLoaded();
      // One that was requested before a reload, or elsewhere, is known only now.
      if (runningReply(controller.store.getState()) !== null) return await enqueue(message, attachments);
      if (controller.store.getState().messages.size === 0) void requestTitle(title);
      const parentId = controller.lastStoredId;
      if (attachments.length > 0) {
        await controller.sendPrepared(content, parentId, message, upload, secondModel);
        return;
      }
      void controller.send(content, parentId, message, secondModel);
      // Waits until the message is in the branch, so that the next one is appended after it.
      await nextTask();
    } catch (error) {
      tray.putBack(attachments);
      throw error;
    }
  };

  return { send, enqueue };
}

/** The parts of a message: its images and files, then its text. */
function toContent(attachments: readonly (ImagePart | FilePart)[], text: string): Part[] {
  return text ? [...attachments, { type: "text", text }] : [...attachments];
}
