import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useMatch, useNavigate } from "react-router";
import { useStore } from "zustand";
import { toApiError } from "@/api/errors";
import type { Conversation, Part } from "@/api/types";
import {
  createConversation,
  titleConversation,
  useConversation,
  useUpdateConversation,
} from "@/features/conversations";
import { ModelPicker, useModelConfigs } from "@/features/models";
import { newChatModel, storeModelChoice, usePreferences } from "@/features/settings";
import { FOOTER, FOOTNOTE, HEADER, NEW_CONVERSATION, WELCOME } from "@/first-paint/layout";
import { useTranslation } from "@/i18n";
import { nextTask } from "@/tasks";
import { type AttachmentTray, useAttachmentTray } from "./attachments";
import { useConversationRegistry } from "./ChatProvider";
import { Composer } from "./Composer";
import { ConversationMenu } from "./ConversationMenu";
import type { ConversationController } from "./conversation-controller";
import { runningReply } from "./conversation-state";
import type { SendingText } from "./drafts";
import { MessageList } from "./MessageList";

/** The chat page: an existing conversation, or a new one. `navigation`: the button that opens the sidebar. */
export function ChatPage({ navigation }: { navigation: ReactNode }) {
  const id = useMatch("/c/:id")?.params.id ?? null;
  return id === null ? (
    <NewConversation navigation={navigation} />
  ) : (
    <ExistingConversation key={id} id={id} navigation={navigation} />
  );
}

function Header({ navigation, children }: { navigation: ReactNode; children: ReactNode }) {
  return (
    <header className={`${HEADER} gap-1 px-3`}>
      {navigation}
      {children}
    </header>
  );
}

function Footer({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={FOOTER}>
      {children}
      <p className={FOOTNOTE}>{t("chat.footer")}</p>
    </div>
  );
}

function NewConversation({ navigation }: { navigation: ReactNode }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const registry = useConversationRegistry();
  const tray = useAttachmentTray();
  const modelConfigs = useModelConfigs().data;
  const stored = usePreferences(newChatModel);
  // A choice in another tab applies to later conversations, not to this one.
  const [picked, setPicked] = useState<string | null>();
  const chosen = picked === undefined ? stored : picked;
  const isDeleted = modelConfigs?.every(({ id }) => id !== chosen) === true;
  const modelConfigId = isDeleted ? null : chosen;
  // Created once, even if the images fail afterwards and the message is sent again.
  const [created, setCreated] = useState<string | null>(null);

  const create = async () => {
    try {
      return await createConversation(queryClient, modelConfigId);
    } catch (error) {
      // Another device may have deleted the model since the list was loaded.
      if (modelConfigId === null || toApiError(error).code !== "not_found") throw error;
      return createConversation(queryClient, null);
    }
  };

  const send = async (message: SendingText) => {
    const { text } = message;
    const id = created ?? (await create()).id;
    setCreated(id);
    const content = await compose(text, tray, id);
    const controller = registry.get(id);
    controller.markEmpty();
    message.moveTo(id);
    void controller.send(content, null, message);
    // In parallel with the reply; on failure the conversation keeps the generic title.
    titleConversation(queryClient, id, text || t("chat.image")).catch(() => undefined);
    tray.clear();
    await navigate(`/c/${id}`);
  };

  return (
    <div className="flex h-full flex-col">
      <Header navigation={navigation}>
        <ModelPicker
          value={modelConfigId}
          onChange={(next) => {
            setPicked(next);
            storeModelChoice(next);
          }}
        />
      </Header>
      <div className={NEW_CONVERSATION}>
        <h1 className={WELCOME}>{t("chat.welcome")}</h1>
        <Footer>
          <Composer
            conversationId={created}
            draftOf={null}
            tray={tray}
            running={false}
            onSend={send}
            onStop={() => undefined}
          />
        </Footer>
      </div>
    </div>
  );
}

/** Each part subscribes only to the state that it shows, so that a starting or ending reply does not render all of them. */
function ExistingConversation({ id, navigation }: { id: string; navigation: ReactNode }) {
  const controller = useConversationRegistry().get(id);
  const leafId = useConversation(id, activeLeafOf).data;
  useEffect(() => {
    void controller.load();
  }, [controller]);
  // Another device may have chosen another branch meanwhile.
  useEffect(() => {
    if (leafId) void controller.restoreLeaf(leafId);
  }, [controller, leafId]);
  return (
    <div className="flex h-full flex-col">
      <ConversationHeader controller={controller} navigation={navigation} />
      <MessageList controller={controller} />
      <ConversationFooter controller={controller} />
    </div>
  );
}

const activeLeafOf = ({ active_leaf_id }: Conversation) => active_leaf_id;
const headingOf = ({ title, model_config_id }: Conversation) => ({ title, modelConfigId: model_config_id });

function ConversationHeader({
  controller,
  navigation,
}: {
  controller: ConversationController;
  navigation: ReactNode;
}) {
  const { t } = useTranslation();
  const { id } = controller;
  const heading = useConversation(id, headingOf).data;
  const update = useUpdateConversation();
  const title = heading?.title ?? t("conversations.untitled");
  useDocumentTitle(title);
  return (
    <Header navigation={navigation}>
      <ModelPicker
        value={heading?.modelConfigId ?? null}
        onChange={(modelConfigId) => {
          storeModelChoice(modelConfigId);
          update.mutate({ id, model_config_id: modelConfigId });
        }}
      />
      <h1 className="ms-auto min-w-0 truncate text-sm text-muted">{title}</h1>
      <ConversationMenu controller={controller} title={title} />
    </Header>
  );
}

function ConversationFooter({ controller }: { controller: ConversationController }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const { id } = controller;
  const tray = useAttachmentTray();
  const running = useStore(controller.store, (state) => runningReply(state) !== null);

  const send = async (message: SendingText) => {
    const { text } = message;
    const content = await compose(text, tray, id);
    // A message is appended to the shown branch, which must be loaded.
    await controller.load();
    const { leafId: parentId, messages } = controller.store.getState();
    tray.clear();
    if (messages.size === 0)
      titleConversation(queryClient, id, text || t("chat.image")).catch(() => undefined);
    void controller.send(content, parentId, message);
    // Waits until the message is in the branch, so that the next one is appended after it.
    await nextTask();
  };

  return (
    <Footer>
      <StopOnEscape controller={controller} active={running} />
      <Composer
        conversationId={id}
        tray={tray}
        running={running}
        onSend={send}
        onStop={() => void controller.stop()}
      />
    </Footer>
  );
}

/** The parts of a message: its images, after their upload, then its text. */
async function compose(text: string, tray: AttachmentTray, conversationId: string): Promise<Part[]> {
  const images = await tray.finish(conversationId);
  return text ? [...images, { type: "text", text }] : images;
}

function StopOnEscape({ controller, active }: { controller: ConversationController; active: boolean }) {
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) void controller.stop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [controller, active]);
  return null;
}

function useDocumentTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
    return () => {
      document.title = t("app.name");
    };
  }, [title, t]);
}
