// Registry of the session's open conversations: which are kept, and which one receives a live event.
import type { QueryClient } from "@tanstack/react-query";
import type { LiveListener } from "@/api/chat-socket";
import { session } from "@/api/client";
import { isFinal } from "@/api/events";
import type { ChatEvent } from "@/api/types";
import {
  changeCached,
  markEnded,
  markRunning,
  markStopped,
  refreshConversation,
  refreshConversations,
  updateConversation,
} from "@/features/conversations";
import { whenIdle } from "@/tasks";
import { ConversationController } from "./conversation-controller";
import { runningReply } from "./conversation-state";
import { removeDrafts } from "./drafts";

/** Number of conversations kept after they were shown, so that they are there at once when they are opened again. */
const MAX_IDLE = 10;

/** Registry of the session's open conversations; applies live updates of other devices. */
export class ConversationRegistry implements LiveListener {
  readonly #queryClient: QueryClient;
  /** By conversation id; the one shown last is the last. */
  readonly #controllers = new Map<string, ConversationController>();
  #shown: ConversationController | null = null;
  #isShownAsNew = false;
  #new: ConversationController | null = null;
  /** Message id of a reply on the socket → its conversation's id. */
  readonly #conversationOf = new Map<string, string>();

  constructor(queryClient: QueryClient) {
    this.#queryClient = queryClient;
    const { userId } = session.snapshot();
    const unsubscribe = session.subscribe(() => {
      if (session.snapshot().userId === userId) return;
      unsubscribe();
      this.#close();
      // The next user of this browser is not to find them. A session that expired has its drafts after the next login.
      if (userId !== null && session.snapshot().ended === "logged-out") removeDrafts(userId);
    });
  }

  get(id: string): ConversationController {
    const known = this.#controllers.get(id);
    if (known) return known;
    const controller = this.#newController(id);
    this.#controllers.set(id, controller);
    return controller;
  }

  /** The next conversation, which is not created yet, or whose first message is not sent yet. */
  getNew(): ConversationController {
    if (!this.#new) {
      this.#new = this.#newController(null);
      this.#new.markEmpty();
    }
    return this.#new;
  }

  /**
   * The conversation is on the screen, until the returned function is called. `asNew`: as the next one, which has no
   * address of its own yet.
   */
  show(controller: ConversationController, asNew: boolean): () => void {
    this.#shown = controller;
    this.#isShownAsNew = asNew;
    if (controller.isCreated) {
      this.#controllers.delete(controller.id);
      this.#controllers.set(controller.id, controller);
    }
    const idle = [...this.#controllers].filter(([, other]) => other !== controller && other.isIdle);
    for (const [id, other] of idle.slice(0, -MAX_IDLE)) {
      other.close();
      this.#controllers.delete(id);
    }
    return () => {
      if (this.#shown === controller) this.#shown = null;
    };
  }

  isShownAsNew(controller: ConversationController): boolean {
    return this.#shown === controller && this.#isShownAsNew;
  }

  /** The next conversation was created in the backend. */
  setCreated(controller: ConversationController, id: string): void {
    controller.setCreated(id);
    this.#controllers.set(id, controller);
  }

  /** The first message was sent, so it is not the next conversation any more. */
  setStarted(controller: ConversationController): void {
    if (this.#new === controller) this.#new = null;
  }

  #newController(id: string | null): ConversationController {
    const controller = new ConversationController(id, {
      onActivity: (conversationId) => {
        const updated_at = new Date().toISOString();
        // The reply has priority.
        whenIdle(() => changeCached(this.#queryClient, conversationId, { updated_at }));
      },
      onLeafSelected: (conversationId, leafId) => {
        // A failure loses only the choice of the branch; the next choice is stored again.
        void updateConversation(this.#queryClient, { id: conversationId, active_leaf_id: leafId }).catch(
          () => undefined,
        );
      },
    });
    trackActivity(controller, (waiting) =>
      whenIdle(() => changeCached(this.#queryClient, controller.id, { waiting })),
    );
    return controller;
  }

  onEvent(event: ChatEvent): void {
    const id = "message_id" in event ? event.message_id : event.assistant_message_id;
    if (event.type === "started") this.#conversationOf.set(id, event.conversation_id);
    const conversationId = this.#conversationOf.get(id);
    if (conversationId === undefined) return;
    const controller = this.#receiver(conversationId);
    // An open conversation marks its own replies.
    if (event.type === "started" && !controller) markRunning(conversationId);
    const foreign = controller ? controller.receiveLive(event) : true;
    if (!isFinal(event)) return;
    if (!controller) markEnded(conversationId);
    this.#conversationOf.delete(id);
    // Its title and its position in the list may have changed.
    if (foreign) refreshConversations(this.#queryClient, conversationId);
  }

  onPing(): void {
    for (const controller of this.#controllers.values()) controller.keepLive();
  }

  onDown(): void {
    for (const id of this.#conversationOf.values()) if (!this.#receiver(id)) markStopped(id);
    this.#conversationOf.clear();
    for (const controller of this.#controllers.values()) controller.breakLive();
  }

  onConnected(again: boolean): void {
    const shown = this.#shown?.isCreated ? this.#shown : null;
    for (const controller of this.#controllers.values()) {
      if (controller !== shown && !controller.isRunning) controller.unload();
      else if (again || controller.store.getState().history === "failed") void controller.catchUp();
    }
    if (again) refreshConversations(this.#queryClient);
    else if (shown) void this.#catchUp(shown);
  }

  /** For a conversation that was loaded just before: loads it again only if its branch ends elsewhere since. */
  async #catchUp(shown: ConversationController): Promise<void> {
    const conversation = await refreshConversation(this.#queryClient, shown.id);
    if (conversation) await shown.catchUpTo(conversation.active_leaf_id);
  }

  /** The controller that applies live events of the conversation; undefined: they are only marked in lists. */
  #receiver(conversationId: string): ConversationController | undefined {
    const controller = this.#controllers.get(conversationId);
    return controller?.receivesLive ? controller : undefined;
  }

  /** Closes all connections at the end of the session. */
  #close(): void {
    for (const controller of this.#controllers.values()) controller.close();
    this.#new?.close();
    this.#controllers.clear();
  }
}

/** Marks the conversation in lists while a reply runs, and after it. `onWaiting`: whether a reply waits for the user. */
function trackActivity(controller: ConversationController, onWaiting: (waiting: boolean) => void): void {
  let running: string | null = null;
  let waiting = false;
  controller.store.subscribe((state) => {
    const now = runningReply(state);
    // A short reply goes on and ends in one change of the state, so it is never seen running.
    const isWaiting = state.messages.get(state.path.at(-1) ?? "")?.status === "waiting";
    // The first reply of a new conversation runs before the conversation is created.
    if ((now === running && isWaiting === waiting) || !controller.isCreated) return;
    if (now === null && running !== null) markEnded(controller.id);
    if (now !== null && now !== running) markRunning(controller.id);
    running = now;
    waiting = isWaiting;
    onWaiting([...state.messages.values()].some(({ status }) => status === "waiting"));
  });
}
