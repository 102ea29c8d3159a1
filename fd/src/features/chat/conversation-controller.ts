// One open conversation: its state, and everything that can be done to it. It lives as long as the session, so a
// reply goes on while the user looks at another conversation.
import { createStore, type StoreApi } from "zustand/vanilla";
import { api, body } from "@/api/client";
import { type ApiError, isAbort, networkError, toApiError } from "@/api/errors";
import { EventQueue } from "@/api/event-queue";
import { endsReply } from "@/api/events";
import type { ReplyRequest } from "@/api/replies";
import type { ChatEvent, InputParts, Message, OutlineItem, Part, StartedEvent } from "@/api/types";
import { nextTask } from "@/tasks";
import {
  type ConversationAction,
  type ConversationState,
  emptyConversation,
  isWanting,
  type RequestIds,
  reduceConversation,
  runningReply,
  textOf,
} from "./conversation-state";
import { SendingText } from "./drafts";
import { createEventBatch, type EventBatch } from "./event-batch";
import { followReply, type OpenReply } from "./reply-stream";
import { openReply } from "./transport";

/** As many messages as fill some screens. */
const PIECE_SIZE = 40;
/** Messages this far from the screen, in either direction, are loaded before they are needed. */
const AHEAD = 30;
/** The most that one call takes. */
const OUTLINE_PAGE_SIZE = 5000;
const WHOLE_PAGE_SIZE = 200;
/** Addresses of images are valid for an hour; an image that is broken is asked for no more often than this. */
const RENEWAL_INTERVAL_MS = 300_000;

/** Notices are shown, such as that the provider is busy. */
const NOTICES = { notices: true } as const;

/** What the controller tells the rest of the interface. */
export interface ConversationObserver {
  /** A turn began: the conversation has new activity. */
  onActivity(conversationId: string): void;
  /** The reader chose another branch. */
  onLeafSelected(conversationId: string, leafId: string): void;
}

/** A reply that the socket tells without this page having asked for it there. */
interface LiveReply {
  readonly started: StartedEvent;
  readonly queue: EventQueue;
  taken: boolean;
}

export class ConversationController {
  readonly id: string;
  readonly store: StoreApi<ConversationState>;
  readonly #observer: ConversationObserver;
  readonly #open: OpenReply;
  readonly #abort = new AbortController();
  /** Replies that this page is receiving, by the id under which they stand. */
  readonly #following = new Set<string>();
  /** Replies that the backend could not resume; asking again would end the same way. */
  readonly #unresumable = new Set<string>();
  /** Requests of this page whose reply has no id yet. */
  #unnamed = 0;
  readonly #live = new Map<string, LiveReply>();
  readonly #deferred: ConversationAction[] = [];
  /** The texts of messages whose turn has not started, by the id under which they stand. */
  readonly #sending = new Map<string, SendingText>();
  #loaded: Promise<void> | null = null;
  /** Messages that are being fetched. */
  readonly #requested = new Set<string>();
  /** When messages were last fetched for the addresses of their images. */
  readonly #renewedAt = new Map<string, number>();
  /** The user has sent or chosen something here, which now decides what is shown. */
  #used = false;

  constructor(id: string, observer: ConversationObserver, open: OpenReply = openReply) {
    this.id = id;
    this.#observer = observer;
    this.#open = open;
    this.store = createStore(() => emptyConversation);
  }

  /** Fetches the history once; a conversation that was just created here has none to fetch. */
  load(): Promise<void> {
    this.#loaded ??= this.#fetchHistory();
    return this.#loaded;
  }

  reload(): Promise<void> {
    this.#loaded = this.#fetchHistory();
    return this.#loaded;
  }

  /** Fetches what is not there of the shown branch between two positions (`last` excluded), and near them. */
  loadNear(first: number, last: number): void {
    const state = this.store.getState();
    if (state.history === "loading" || state.pieceError) return;
    const { path } = state;
    let end = Math.min(last + AHEAD, path.length);
    while (end > Math.max(first - AHEAD, 0)) {
      const leafId = path[end - 1] as string;
      if (!isWanting(state, leafId) || this.#requested.has(leafId)) {
        end -= 1;
        continue;
      }
      const ids = path.slice(Math.max(end - PIECE_SIZE, 0), end);
      void this.#fetchPiece(leafId, ids);
      end -= ids.length;
    }
  }

  /** Lets what could not be loaded be asked for again. */
  retryPieces(): void {
    this.#dispatch({ type: "piece_requested" });
  }

  /** An image of the message cannot be shown: its address is no longer valid, if it is not the image's fault. */
  expire(messageId: string): void {
    const last = this.#renewedAt.get(messageId);
    if (isLocal(messageId) || (last !== undefined && Date.now() - last < RENEWAL_INTERVAL_MS)) return;
    this.#renewedAt.set(messageId, Date.now());
    this.#dispatch({ type: "message_expired", messageId });
  }

  /** Fetches every message of every branch. False when that failed, which is shown. */
  async loadAll(): Promise<boolean> {
    await this.load();
    try {
      let cursor: string | null = null;
      do {
        const page: { items: Message[]; next_cursor: string | null } = await this.#fetchMessages({
          limit: WHOLE_PAGE_SIZE,
          ...(cursor ? { cursor } : {}),
        });
        this.#receive(page.items);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return true;
    } catch (error) {
      if (!isAbort(error)) this.#dispatch({ type: "piece_failed", error: toApiError(error) });
      return false;
    }
  }

  /** Shows the branch that was shown last, once it is known, unless the user has gone elsewhere by then. */
  async restoreLeaf(leafId: string): Promise<void> {
    await this.#loaded;
    if (!this.#used && this.#message(leafId)) this.#dispatch({ type: "leaf_selected", leafId });
  }

  /** The conversation is new, so that what is sent is all there is. */
  markEmpty(): void {
    this.#loaded = Promise.resolve();
  }

  /**
   * Sends a message and receives its reply. `parentId` is the message to answer below; null begins a new first
   * message. `content` has the images as they are shown here, with the keys under which they are stored. `sending` is
   * the text of `content`, which stays in the stored draft until the turn has started.
   */
  async send(
    content: readonly Part[],
    parentId: string | null,
    sending = new SendingText(this.id, textOf(content)),
  ): Promise<void> {
    const ids = { userId: localId(), assistantId: localId() };
    this.#sending.set(ids.userId, sending);
    this.#used = true;
    // The request goes first: to render takes a while.
    this.#dispatchSoon({ type: "send_requested", ids, parentId, content, now: Date.now() });
    await this.#follow(ids, {
      type: "send",
      idempotencyKey: newIdempotencyKey(),
      body: { conversation_id: this.id, message: toInput(content), parent_id: parentId, ...NOTICES },
    });
  }

  /** Sends a message that could not be sent once more. */
  async resend(messageId: string): Promise<void> {
    const message = this.#message(messageId);
    if (message?.status !== "unsent") return;
    this.#dispatchSoon(dropped(messageId));
    const sending = this.#sending.get(messageId);
    this.#sending.delete(messageId);
    await this.send(message.content, message.parentId, sending);
  }

  discard(messageId: string): void {
    this.#removeSending(messageId);
    this.#dispatch(dropped(messageId));
  }

  /** Asks for another reply to the same question, beside the one given. */
  async regenerate(messageId: string): Promise<void> {
    const message = this.#message(messageId);
    if (!message || isLocal(messageId)) return;
    const ids = { userId: null, assistantId: localId() };
    this.#used = true;
    this.#dispatch({
      type: "reply_requested",
      assistantId: ids.assistantId,
      parentId: message.parentId,
      now: Date.now(),
    });
    await this.#follow(ids, {
      type: "regenerate",
      idempotencyKey: newIdempotencyKey(),
      body: { message_id: messageId, ...NOTICES },
    });
  }

  /** Lets a reply that ended early grow on. */
  async continueReply(messageId: string): Promise<void> {
    this.#dispatch({ type: "continue_requested", messageId });
    await this.#follow(
      { userId: null, assistantId: messageId },
      { type: "continue", body: { message_id: messageId, ...NOTICES } },
    );
  }

  /** Asks the backend to end the running reply on the screen. What has arrived is kept; the stream tells the end. */
  async stop(): Promise<void> {
    const running = runningReply(this.#state);
    if (!running || isLocal(running)) return;
    // When the call does not get through, the reply goes on and the button is still there.
    await api.POST("/chat/stop", { body: { message_id: running } }).catch(() => undefined);
  }

  selectBranch(messageId: string): void {
    this.#used = true;
    this.#dispatch({ type: "leaf_selected", leafId: messageId });
    const { leafId } = this.store.getState();
    if (leafId !== null && !isLocal(leafId)) this.#observer.onLeafSelected(this.id, leafId);
  }

  /** Leaves every stream; the turns go on in the backend. */
  close(): void {
    for (const sending of this.#sending.values()) sending.restore();
    this.#sending.clear();
    this.#abort.abort();
  }

  /** The end of the branch that was shown last, and beside it the whole tree. */
  async #fetchHistory(): Promise<void> {
    this.#dispatch({ type: "history_requested" });
    try {
      const [outline] = await Promise.all([
        this.#fetchOutline(),
        this.#fetchMessages({ leaf_id: "active", limit: PIECE_SIZE }).then(({ items }) =>
          this.#receive(items),
        ),
      ]);
      this.#dispatch({ type: "outline_loaded", outline });
    } catch (error) {
      if (!isAbort(error)) this.#dispatch({ type: "history_failed", error: toApiError(error) });
    }
  }

  async #fetchOutline(): Promise<readonly OutlineItem[]> {
    const outline: OutlineItem[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: OutlineItem[]; next_cursor: string | null } = await body(
        api.GET("/chat/{conversation_id}/outline", {
          params: {
            path: { conversation_id: this.id },
            query: { limit: OUTLINE_PAGE_SIZE, ...(cursor ? { cursor } : {}) },
          },
          signal: this.#abort.signal,
        }),
      );
      outline.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return outline;
  }

  async #fetchPiece(leafId: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#requested.add(id);
    try {
      const { items } = await this.#fetchMessages({ leaf_id: leafId, limit: ids.length });
      this.#receive(items);
      // What did not come is not there; it is not asked for again.
      for (const { id } of items) this.#requested.delete(id);
    } catch (error) {
      for (const id of ids) this.#requested.delete(id);
      if (!isAbort(error)) this.#dispatch({ type: "piece_failed", error: toApiError(error) });
    }
  }

  #fetchMessages(query: { leaf_id?: string; limit: number; cursor?: string }) {
    return body(
      api.GET("/chat/{conversation_id}", {
        params: { path: { conversation_id: this.id }, query },
        signal: this.#abort.signal,
      }),
    );
  }

  /** Shows messages, and follows those that are still being made. */
  #receive(messages: readonly Message[]): void {
    this.#dispatch({ type: "messages_loaded", messages });
    for (const { id, status } of messages) {
      if (status !== "streaming" || this.#following.has(id) || this.#unresumable.has(id)) continue;
      void this.#reattach(id);
    }
  }

  /**
   * An event of a reply that this page did not ask for over the socket: another device did, or this page over
   * another transport, which then receives it already. Whether it is surely another's is returned.
   */
  receiveLive(event: ChatEvent): boolean {
    if (!this.#loaded) return true;
    const id = "message_id" in event ? event.message_id : event.assistant_message_id;
    const live = this.#live.get(id);
    if (live) live.queue.push(event);
    else if (event.type === "started" && !this.#following.has(id) && !this.#knows(event)) {
      const queue = new EventQueue();
      queue.push(event);
      this.#live.set(id, { started: event, queue, taken: false });
      this.#takeLive();
    }
    return this.#live.get(id)?.taken === true;
  }

  /** The socket that tells live replies is there. */
  keepLive(): void {
    for (const { queue } of this.#live.values()) queue.keepAlive();
  }

  /** The socket is gone; what it was telling is resumed. */
  breakLive(): void {
    for (const { queue } of this.#live.values()) queue.fail(networkError("the connection was closed"));
  }

  /** Fetches what may have happened unseen. */
  async catchUp(): Promise<void> {
    await this.#loaded;
    if (this.#loaded && this.#unnamed === 0) await this.reload();
  }

  /** Whether the event is of a turn that this page has received. */
  #knows({ assistant_message_id, seq }: StartedEvent): boolean {
    const message = this.#message(assistant_message_id);
    return message !== undefined && message.seq >= seq;
  }

  /** Follows the live replies that are surely not this page's own: while a request has no id, any could be. */
  #takeLive(): void {
    if (this.#unnamed > 0) return;
    for (const [id, live] of this.#live) {
      if (live.taken) continue;
      if (this.#following.has(id)) {
        live.queue.close();
        this.#live.delete(id);
      } else {
        live.taken = true;
        void this.#followLive(id, live);
      }
    }
  }

  async #followLive(id: string, { started, queue }: LiveReply): Promise<void> {
    this.#following.add(id);
    try {
      // Brings the question, and this reply as far as it has come.
      await this.reload();
      // A reply that grows on was not told from its beginning.
      if (this.#message(id)) await this.#reattach(id, started.seq === 1 ? queue : null);
    } finally {
      queue.close();
      this.#live.delete(id);
      this.#following.delete(id);
    }
  }

  /** Receives a reply that some other page, or this one before a reload, asked for. */
  async #reattach(messageId: string, live: EventQueue | null = null): Promise<void> {
    let untouched = live;
    await this.#follow(
      { userId: null, assistantId: messageId },
      { type: "resume", messageId, after: 0 },
      { messageId, seq: 0 },
      (request, signal, attempt) => {
        if (!untouched) return this.#open(request, signal, attempt);
        const events = untouched.read();
        untouched = null;
        return events;
      },
    );
  }

  async #follow(
    ids: RequestIds,
    request: ReplyRequest,
    resumeFrom: { messageId: string; seq: number } | null = null,
    open: OpenReply = this.#open,
  ): Promise<void> {
    let assistantId = ids.assistantId;
    this.#following.add(assistantId);
    if (isLocal(assistantId)) this.#unnamed += 1;
    const apply = (events: readonly ChatEvent[]) =>
      this.#dispatch({ type: "events", ids, events, now: Date.now() });
    const batch = createEventBatch(apply);
    const receive = resumeFrom ? this.#replayInto(resumeFrom.messageId, batch) : batch.add;
    try {
      await followReply(
        request,
        {
          onEvents: (events) => {
            const [first] = events;
            if (first?.type !== "started" || resumeFrom) {
              receive(events);
              return;
            }
            if (ids.userId) this.#removeSending(ids.userId);
            if (isLocal(assistantId)) this.#unnamed -= 1;
            assistantId = first.assistant_message_id;
            this.#following.add(assistantId);
            this.#takeLive();
            this.#observer.onActivity(this.id);
            // It shows nothing: the first words, which may be here soon, need not wait for its frame.
            apply([first]);
            receive(events.slice(1));
          },
          onReconnecting: (reconnecting) => {
            batch.flush();
            this.#dispatch({ type: "connection", messageId: assistantId, reconnecting });
          },
        },
        this.#abort.signal,
        { resumeFrom, open },
      );
      batch.flush();
    } catch (error) {
      batch.flush();
      if (isAbort(error)) return;
      this.#dispatch({ type: "connection", messageId: assistantId, reconnecting: false });
      this.#following.delete(assistantId);
      if (isLocal(assistantId)) {
        this.#dispatch({ type: "request_failed", ids, error: toApiError(error) });
      } else {
        this.#unresumable.add(assistantId);
        await this.#settle(assistantId, toApiError(error));
      }
    } finally {
      this.#following.delete(ids.assistantId);
      this.#following.delete(assistantId);
      if (isLocal(assistantId)) {
        this.#unnamed -= 1;
        this.#takeLive();
      }
    }
  }

  /**
   * A reply resumed from its beginning brings again what the history had already. The text on the screen stays
   * until the replay has caught up with it, then is replaced in one step.
   */
  #replayInto(messageId: string, batch: EventBatch<ChatEvent>): EventBatch<ChatEvent>["add"] {
    const message = this.#message(messageId);
    let missing = message ? message.reasoning.length + textOf(message.content).length : 0;
    let held: ChatEvent[] | null = [];
    return (events) => {
      if (!held) {
        batch.add(events);
        return;
      }
      held.push(...events);
      for (const event of events) if ("text" in event) missing -= event.text.length;
      if (missing > 0 && !endsReply(events)) return;
      this.#dispatch({ type: "replay_began", messageId });
      batch.add(held);
      batch.flush();
      held = null;
    };
  }

  /** Shows what the backend has of a reply that cannot be followed; one that it still calls running has failed. */
  async #settle(messageId: string, error: ApiError): Promise<void> {
    await this.reload();
    if (this.#message(messageId)?.status === "streaming") {
      this.#dispatch({ type: "request_failed", ids: { userId: null, assistantId: messageId }, error });
    }
  }

  #removeSending(messageId: string): void {
    this.#sending.get(messageId)?.remove();
    this.#sending.delete(messageId);
  }

  #message(id: string) {
    return this.#state.messages.get(id);
  }

  /** With what is about to be shown: who asks twice in one task is not to be answered twice. */
  get #state(): ConversationState {
    this.#dispatch();
    return this.store.getState();
  }

  #dispatch(...actions: ConversationAction[]): void {
    const due = [...this.#deferred.splice(0), ...actions];
    if (due.length > 0) this.store.setState((state) => due.reduce(reduceConversation, state), true);
  }

  /** Applies the action in a task of its own, but before any that is applied by then. */
  #dispatchSoon(action: ConversationAction): void {
    this.#deferred.push(action);
    void nextTask().then(() => this.#dispatch());
  }
}

/** A message that could not be sent goes. */
function dropped(messageId: string): ConversationAction {
  return { type: "request_dropped", ids: { userId: messageId, assistantId: "" } };
}

let localIds = 0;

function localId(): string {
  localIds += 1;
  return `local:${localIds}`;
}

function isLocal(id: string): boolean {
  return id.startsWith("local:");
}

/** 128 random bits. `crypto.randomUUID` would need a secure context, which a site in a local network is not. */
function newIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/** Text alone goes as a string; images by the key under which they are stored. */
function toInput(content: readonly Part[]): string | InputParts {
  const [first] = content;
  if (content.length === 1 && first?.type === "text") return first.text;
  return content.map((part) =>
    part.type === "text" ? part : { type: "image_url" as const, image_url: { key: part.image_url.key } },
  );
}
