import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useMatch, useNavigate, useSearchParams } from "react-router";
import { useStore } from "zustand";
import { toApiError } from "@/api/errors";
import type { Conversation, FilePart, ImagePart, Part, ToolChoice } from "@/api/types";
import { lazyPart } from "@/components/lazy-part";
import {
  createConversation,
  titleConversation,
  updateConversation,
  useConversation,
} from "@/features/conversations";
import { ModelPicker, SecondModelPicker, useModelConfigs, useTakesImages } from "@/features/models";
import {
  newChatModel,
  newChatTools,
  storeModelChoice,
  storeToolChoice,
  usePreferences,
} from "@/features/settings";
import { FOOTER, FOOTNOTE, NEW_CONVERSATION, WELCOME } from "@/first-paint/layout";
import { useTranslation } from "@/i18n";
import { nextTask } from "@/tasks";
import { type Attachment, shownAttachment } from "./attachments";
import { useConversationRegistry } from "./ChatProvider";
import { Composer, type ComposerHandle } from "./Composer";
import { ConversationHeader, Header } from "./ConversationHeader";
import type { ConversationController } from "./conversation-controller";
import { runningReplies, runningReply } from "./conversation-state";
import type { SendingText } from "./drafts";
import { FirstScreen, TemporaryButton } from "./FirstScreen";
import { MessageList } from "./MessageList";
import { QueuedMessages } from "./QueuedMessages";
import { QuoteButton } from "./QuoteButton";
import { UnknownConversation } from "./UnknownConversation";

const NewInProject = lazyPart(async () => (await import("./ProjectOfChat")).NewInProject);
const SearchTarget = lazyPart(async () => (await import("./SearchTarget")).SearchTarget);

/**
 * The chat page: an existing conversation, or a new one. `navigation`: the button that opens the sidebar. A conversation
 * keeps its elements when it is created, so that one can go on writing.
 */
export function ChatPage({ navigation }: { navigation: ReactNode }) {
  const id = useMatch("/c/:id")?.params.id ?? null;
  const registry = useConversationRegistry();
  const controller = id === null ? registry.getNew() : registry.get(id);
  const isUnknown = useIsUnknown(id);
  if (isUnknown) return <UnknownConversation navigation={navigation} />;
  return <ConversationView key={controller.key} controller={controller} id={id} navigation={navigation} />;
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

/** Each part subscribes only to the state that it shows, so that a starting or ending reply does not render all of them. */
function ConversationView({
  controller,
  id,
  navigation,
}: {
  controller: ConversationController;
  /** Null for a new conversation. */
  id: string | null;
  navigation: ReactNode;
}) {
  const { t } = useTranslation();
  const registry = useConversationRegistry();
  useEffect(() => registry.show(controller, id === null), [registry, controller, id]);
  const search = useSearchParams()[0];
  const projectId = id === null ? search.get("project") : null;
  const newModel = useNewChatModel();
  const newTools = useNewChatTools();
  const hasAttachments = useStore(controller.tray.store, ({ items }) => items.length > 0);
  const composer = useRef<ComposerHandle>(null);
  const isBlank = useStore(controller.store, ({ path }) => id === null && path.length === 0);
  const [temporary, setTemporary] = useState(false);
  const isSearchResult = search.has("message");
  return (
    <div className="flex h-full flex-col">
      {id === null ? (
        <Header navigation={navigation}>
          <ModelPicker value={newModel.id} onChange={newModel.choose} />
          <TemporaryButton pressed={temporary} disabled={!isBlank} onChange={setTemporary} />
        </Header>
      ) : (
        <>
          <ConversationHeader controller={controller} navigation={navigation} />
          <HistoryLoader controller={controller} />
          {isSearchResult && <SearchTarget controller={controller} />}
        </>
      )}
      {!isBlank && <MessageList controller={controller} />}
      {!isBlank && <QuoteButton onQuote={(quotation) => composer.current?.quote(quotation)} />}
      <div className={isBlank ? NEW_CONVERSATION : "contents"}>
        {isBlank && (
          <h1 className={WELCOME}>{temporary ? t("conversations.temporary") : t("chat.welcome")}</h1>
        )}
        {projectId !== null && (
          <NewInProject projectId={projectId} onModel={newModel.suggest} onTools={newTools.suggest} />
        )}
        <div className="relative">
          <ConversationFooter
            controller={controller}
            id={id}
            created={{ modelConfigId: newModel.id, projectId, temporary, tools: newTools.choice }}
            onNewTools={newTools.choose}
            composer={composer}
          />
          {isBlank && !hasAttachments && (
            <FirstScreen
              modelConfigId={newModel.id}
              temporary={temporary}
              onStarter={(text) => composer.current?.fill(text)}
            />
          )}
        </div>
      </div>
    </div>
  );
}

/** Whether the user has no conversation with this id. */
function useIsUnknown(id: string | null): boolean {
  const { error } = useConversation(id, () => null);
  return error !== null && toApiError(error).code === "not_found";
}

/**
 * The model of a new conversation: the one chosen here, or else the suggested one, or the stored one; null: the server's
 * default model.
 */
function useNewChatModel(): {
  id: string | null;
  choose: (id: string | null) => void;
  /** Suggests the model of the conversation's project, for this conversation only; null: it has none. */
  suggest: (id: string | null) => void;
} {
  const modelConfigs = useModelConfigs().data;
  const stored = usePreferences(newChatModel);
  // A choice in another tab applies to later conversations, not to this one.
  const [picked, setPicked] = useState<string | null>();
  const [suggested, suggest] = useState<string | null>(null);
  const chosen = picked === undefined ? (suggested ?? stored) : picked;
  const isDeleted = modelConfigs?.every(({ id }) => id !== chosen) === true;
  return {
    id: isDeleted ? null : chosen,
    choose: (next) => {
      setPicked(next);
      storeModelChoice(next);
    },
    suggest,
  };
}

/** The tools of a new conversation: those chosen here, or else the suggested ones, or the stored ones. */
function useNewChatTools(): {
  choice: ToolChoice;
  choose: (tools: ToolChoice) => void;
  /** Suggests the tools of the conversation's project, for this conversation only; null: it has none. */
  suggest: (tools: ToolChoice | null) => void;
} {
  const stored = usePreferences(newChatTools);
  const [picked, setPicked] = useState<ToolChoice>();
  const [suggested, suggest] = useState<ToolChoice | null>(null);
  return {
    choice: picked ?? suggested ?? stored,
    choose: (next) => {
      setPicked(next);
      storeToolChoice(next);
    },
    suggest,
  };
}

/** Loads the messages of an existing conversation. */
function HistoryLoader({ controller }: { controller: ConversationController }) {
  const leafId = useConversation(controller.id, activeLeafOf).data;
  useEffect(() => {
    void controller.load();
  }, [controller]);
  // Another device may have chosen another branch meanwhile.
  useEffect(() => {
    if (leafId) void controller.restoreLeaf(leafId);
  }, [controller, leafId]);
  return null;
}

const projectOf = ({ project_id }: Conversation) => project_id ?? null;
const modelOf = ({ model_config_id }: Conversation) => model_config_id ?? null;
const activeLeafOf = ({ active_leaf_id }: Conversation) => active_leaf_id;
function ConversationFooter({
  controller,
  id,
  created,
  onNewTools,
  composer,
}: {
  controller: ConversationController;
  /** Null for a new conversation. */
  id: string | null;
  created: NewConversation;
  /** The tools of a new conversation were chosen. */
  onNewTools: (tools: ToolChoice) => void;
  composer: RefObject<ComposerHandle | null>;
}) {
  const running = useStore(controller.store, (state) => runningReply(state) !== null);
  const stoppable = useStore(controller.store, (state) => runningReplies(state).length > 0);
  const projectId = useConversation(id, projectOf).data ?? created.projectId;
  const ownModel = useConversation(id, modelOf).data ?? null;
  const takesImages = useTakesImages(id === null ? created.modelConfigId : ownModel);
  const [secondModel, setSecondModel] = useState<string | null>();
  const { tray } = controller;
  const queryClient = useQueryClient();
  const storedTools = useConversation(id, toolsOf).data ?? NO_TOOLS;
  const tools = id === null ? created.tools : storedTools;
  useLayoutEffect(() => controller.setTools(tools, projectId !== null), [controller, tools, projectId]);
  const chooseTools = (next: ToolChoice) => {
    if (id === null) return onNewTools(next);
    storeToolChoice(next);
    // On failure the change is taken back.
    void updateConversation(queryClient, { id, tools: next }).catch(() => undefined);
  };
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
  const send = useSend(controller, id, created, secondModel, enqueue);

  return (
    <Footer>
      <StopOnEscape controller={controller} active={stoppable} />
      <QueuedMessages controller={controller} />
      <Composer
        ref={composer}
        conversationId={controller.isCreated ? controller.id : null}
        draftOf={id}
        projectId={projectId}
        tray={tray}
        takesImages={takesImages}
        tools={tools}
        onTools={chooseTools}
        running={running}
        stoppable={stoppable}
        onSend={async (message) => {
          // The reply has ended while a message before this one is being prepared.
          if (controller.queue.isPreparing) return await enqueue(message);
          await send(message);
          setSecondModel(undefined);
        }}
        onQueue={(message) => enqueue(message)}
        onStop={() => void controller.stop()}
        onEditLast={() => controller.editLastQuestion()}
      >
        {!running && <SecondModelPicker value={secondModel} onChange={setSecondModel} />}
      </Composer>
    </Footer>
  );
}

const NO_TOOLS: ToolChoice = [];
const toolsOf = ({ tools }: Conversation): ToolChoice => tools ?? NO_TOOLS;

/** The choices for a new conversation. */
interface NewConversation {
  modelConfigId: string | null;
  projectId: string | null;
  temporary: boolean;
  tools: ToolChoice;
}

/**
 * The function that sends the composer's message. It creates a new conversation first, and opens it. `enqueue`: receives
 * the message instead if a reply turns out to be running.
 */
function useSend(
  controller: ConversationController,
  id: string | null,
  { modelConfigId, projectId, temporary, tools }: NewConversation,
  secondModel: string | null | undefined,
  enqueue: (message: SendingText, attachments: readonly Attachment[]) => Promise<void>,
): (message: SendingText) => Promise<void> {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const registry = useConversationRegistry();

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

  return async (message) => {
    const { tray } = controller;
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
        registry.setBegun(controller);
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
}

/** The parts of a message: its images and files, then its text. */
function toContent(attachments: readonly (ImagePart | FilePart)[], text: string): Part[] {
  return text ? [...attachments, { type: "text", text }] : [...attachments];
}

function StopOnEscape({ controller, active }: { controller: ConversationController; active: boolean }) {
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      // The key closes the popover, or the drawer beside the page.
      if (document.querySelector(":popover-open, main[inert]")) return;
      void controller.stop();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [controller, active]);
  return null;
}
