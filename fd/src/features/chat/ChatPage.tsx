import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useMatch, useSearchParams } from "react-router";
import { useStore } from "zustand";
import { toApiError } from "@/api/errors";
import type { Conversation, ToolChoice } from "@/api/types";
import { lazyPart } from "@/components/lazy-part";
import { updateConversation, useConversation } from "@/features/conversations";
import { ModelPicker, SecondModelPicker, useTakesImages } from "@/features/models";
import { storeToolChoice } from "@/features/settings";
import { FOOTER, FOOTNOTE, NEW_CONVERSATION, WELCOME } from "@/first-paint/layout";
import { useTranslation } from "@/i18n";
import { useConversationRegistry } from "./ChatProvider";
import { Composer, type ComposerHandle } from "./Composer";
import { ConversationHeader, Header } from "./ConversationHeader";
import type { ConversationController } from "./conversation-controller";
import { runningReplies, runningReply } from "./conversation-state";
import { FirstScreen, TemporaryButton } from "./FirstScreen";
import { MessageList } from "./MessageList";
import { useNewChatModel, useNewChatTools } from "./new-chat-choices";
import { QueuedMessages } from "./QueuedMessages";
import { QuoteButton } from "./QuoteButton";
import { UnknownConversation } from "./UnknownConversation";
import { type NewConversation, useSend } from "./useSend";

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
  const { send, enqueue } = useSend(controller, id, created, secondModel);

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
