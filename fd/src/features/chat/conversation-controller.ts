// Controller of one open conversation: its state and its actions. It lives as long as the session, so that a reply
// continues while the user views another conversation.
import { createStore, type StoreApi } from "zustand/vanilla";
import { api } from "@/api/client";
import { type ApiError, isAbort, networkError, toApiError } from "@/api/errors";
import { EventQueue } from "@/api/event-queue";
import { fetchMessages, fetchOutline, findPhrase, messagePages } from "@/api/messages";
import { answeredSteps, type ReplyRequest } from "@/api/replies";
import type { AnswerBody, ChatEvent, Message, Part, StartedEvent, ToolChoice } from "@/api/types";
import { nextTask } from "@/tasks";
import { AttachmentTray } from "./attachments";
import { subtreeOf } from "./branches";
import {
  type ConversationAction,
  type ConversationState,
  emptyConversation,
  isOpenStep,
  isUnfinished,
  isWanting,
  type RequestIds,
  reduceConversation,
  runningReplies,
  runningReply,
  storedIds,
  textOf,
} from "./conversation-state";
import { SendingText } from "./drafts";
import { createEventBatch, type EventBatch } from "./event-batch";
import { newIdempotencyKey } from "./idempotency-key";
import { isLocal, localId } from "./local-ids";
import { toInput } from "./message-input";
import { MessageQueue } from "./message-queue";
import { ObjectUrls } from "./object-urls";
import { replayOver } from "./replay";
import { followReply, type OpenReply } from "./reply-stream";
import { openReply } from "./transport";
import { mayHaveFiles, turnOptions } from "./turn-options";

/** Number of messages of the first load, enough for several screens. */
const PIECE_SIZE = 40;
/** Prefetch distance: number of messages loaded beyond the screen, in each direction. */
const PREFETCH = 30;
/** Minimum interval between reloads of a broken image, in ms; image URLs are valid for an hour. */
const RENEWAL_INTERVAL_MS = 300_000;

/** Events of the controller for the rest of the interface. */
export interface ConversationObserver {
  /** A turn started: the conversation has new activity. */
  onActivity(conversationId: string): void;
  /** The user chose another branch. */
  onLeafSelected(conversationId: string, leafId: string): void;
}

export interface RegenerateOptions {
  /** Model config of the new reply only; null: the server's default model; undefined: the conversation's. */
  readonly modelConfigId?: string | null;
  /** Whether to show the new reply beside the present one. */
  readonly beside?: boolean;
}

interface RefusedRegeneration {
  readonly messageId: string;
  readonly options: RegenerateOptions;
  /** The idempotency key, if the turn may have started in the backend. */
  readonly key: string | undefined;
}

/** A live reply on the socket, which this page has not requested there. */
interface LiveReply {
  readonly started: StartedEvent;
  readonly queue: EventQueue;
  taken: boolean;
}

export class ConversationController {
  /** Identifies the controller in this page; it does not change when the conversation is created. */
  readonly key = nextKey();
  readonly queue = new MessageQueue();
  /** The composer's images and files. */
  readonly tray = new AttachmentTray();
  /** The id of the question whose editor is open; null: none. */
  readonly editing: StoreApi<{ readonly id: string | null }> = createStore(() => ({ id: null }));
  /** The text in that editor, which is left with the page; null: the question's. */
  editedText: string | null = null;
  readonly store: StoreApi<ConversationState>;
  readonly #observer: ConversationObserver;
  readonly #open: OpenReply;
  readonly #abort = new AbortController();
  /** Replies that this page is receiving, by their current id. */
  readonly #following = new Set<string>();
  /** Ids of replies that the backend could not resume; they are not requested again. */
  readonly #unresumable = new Set<string>();
  /** Number of this page's requests whose reply has no id yet. */
  #unnamed = 0;
  readonly #live = new Map<string, LiveReply>();
  readonly #deferred: ConversationAction[] = [];
  /** The second model that answers a message: the local id of the first reply → the model config. */
  readonly #secondModels = new Map<string, string | null>();
  /** Creates the conversation, with its first message. */
  #preparing: Promise<unknown> = Promise.resolve();
  /** Texts of messages whose turn has not started, by their current id. */
  readonly #sending = new Map<string, SendingText>();
  /** Idempotency keys of unsent messages whose turn may have started in the backend. */
  readonly #unsentKeys = new Map<string, string>();
  /** Requests for another reply that failed, by the id of the reply that they did not get. */
  readonly #refused = new Map<string, RefusedRegeneration>();
  #loaded: Promise<void> | null = null;
  /** Ids of messages that are being fetched. */
  readonly #requested = new Set<string>();
  /** Message id → time of the last fetch for new image URLs. */
  readonly #renewedAt = new Map<string, number>();
  /** Whether the user has sent a message or chosen a branch here, which then determines the shown branch. */
  #used = false;
  #id: string | null;
  #tools: ToolChoice = [];
  #isInProject = false;
  /** The version of a message that the user has stepped to, and the direction; its button there gets the focus. */
  steppedTo: { readonly id: string; readonly step: -1 | 1 } | null = null;
  /** Ids of hidden messages that are not deleted in the backend yet. */
  readonly #hidden = new Set<string>();
  /** Ids of replies to be stopped as soon as the backend has an id for them. */
  readonly #stopRequested = new Set<string>();
  readonly #objectUrls = new ObjectUrls();

  /** `id`: null for a conversation that is not created yet. */
  constructor(id: string | null, observer: ConversationObserver, open: OpenReply = openReply) {
    this.#id = id;
    this.#observer = observer;
    this.#open = open;
    this.store = createStore(() => emptyConversation);
    // The end of an edit continues the queue.
    this.queue.store.subscribe(() => this.#sendQueued());
  }

  /** The conversation's id. Throws before it is created. */
  get id(): string {
    if (this.#id === null) throw new Error("the conversation is not created yet");
    return this.#id;
  }

  get isCreated(): boolean {
    return this.#id !== null;
  }

  /** Resolves when the conversation is created; rejects like the message that creates it. */
  async whenCreated(): Promise<void> {
    if (!this.isCreated) await this.#preparing;
  }

  /** The conversation was created in the backend. */
  setCreated(id: string): void {
    this.#id = id;
  }

  /** Fetches the history once; skipped for a conversation that was just created here. */
  load(): Promise<void> {
    this.#loaded ??= this.#fetchHistory();
    return this.#loaded;
  }

  reload(): Promise<void> {
    this.#loaded = this.#fetchHistory();
    return this.#loaded;
  }

  /** Forgets that the history was loaded, since events were missed: it is loaded again when the conversation is opened. */
  unload(): void {
    this.#loaded = null;
  }

  /** Whether live events apply to the history here. */
  get receivesLive(): boolean {
    return this.#loaded !== null;
  }

  /** Whether a reply is running or requested. */
  get isRunning(): boolean {
    return this.#following.size > 0 || this.#live.size > 0;
  }

  /** Whether nothing would be lost if this page forgot the conversation: all of it is in the backend. */
  get isIdle(): boolean {
    const { items, preparing } = this.queue.store.getState();
    return (
      !this.isRunning &&
      this.#sending.size === 0 &&
      items.length + preparing.length === 0 &&
      this.tray.store.getState().items.length === 0 &&
      this.editing.getState().id === null &&
      this.#hidden.size === 0
    );
  }

  /** Resolves when the history is loaded, which is tried again after a failure. Rejects with its ApiError. */
  async whenLoaded(): Promise<void> {
    await this.load();
    if (this.#state.history === "failed") await this.reload();
    const { history, historyError } = this.#state;
    if (history === "failed") throw historyError;
  }

  /** Fetches missing messages of the shown branch between two positions (`last` excluded), and around them. */
  loadNear(first: number, last: number): void {
    const state = this.store.getState();
    if (state.history === "loading" || state.pieceError) return;
    const { path } = state;
    let end = Math.min(last + PREFETCH, path.length);
    while (end > Math.max(first - PREFETCH, 0)) {
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

  /** Message id → number of occurrences of a phrase, in the stored messages of all branches. Rejects with ApiError. */
  async findPhrase(phrase: string, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return findPhrase(this.id, phrase, signal);
  }

  /** Allows a retry of failed loads. */
  retryPieces(): void {
    this.#dispatch({ type: "piece_requested" });
  }

  /** An image of the message could not be loaded: fetches new URLs, because the old one may have expired. */
  expire(messageId: string): void {
    const last = this.#renewedAt.get(messageId);
    if (isLocal(messageId) || (last !== undefined && Date.now() - last < RENEWAL_INTERVAL_MS)) return;
    this.#renewedAt.set(messageId, Date.now());
    this.#dispatch({ type: "message_expired", messageId });
  }

  /** Whether every message of the shown branch is loaded. */
  get isLoaded(): boolean {
    const state = this.store.getState();
    return state.history === "loaded" && !state.path.some((id) => isWanting(state, id));
  }

  /** Fetches every message of every branch. Returns false on a failure, which is shown. */
  async loadAll(): Promise<boolean> {
    await this.load();
    try {
      const pages = messagePages(this.id, this.#abort.signal);
      for await (const items of pages) this.#receive(items);
      return true;
    } catch (error) {
      if (!isAbort(error)) this.#dispatch({ type: "piece_failed", error: toApiError(error) });
      return false;
    }
  }

  /**
   * Shows the branch that was shown last, unless the user has chosen another one. A leaf that is not in the history was
   * stored since it was loaded.
   */
  async restoreLeaf(leafId: string): Promise<void> {
    await this.#loaded;
    const isMissed = this.#state.history === "loaded" && !this.#message(leafId);
    if (isMissed && this.#loaded && this.#unnamed === 0) await this.reload();
    if (!this.#used && this.#message(leafId)) this.#dispatch({ type: "leaf_selected", leafId });
  }

  /** Marks the conversation as new, without a history to load. */
  markEmpty(): void {
    this.#loaded = Promise.resolve();
  }

  /** The last stored message of the shown branch, which the next message follows; null: none. */
  get lastStoredId(): string | null {
    const { messages, path } = this.#state;
    return path.findLast((id) => !isLocal(id) && messages.has(id)) ?? null;
  }

  /**
   * Sends a message and receives its reply. `parentId`: the parent message; null for a root. `content`: images have their
   * shown URL and their object key. `sending`: the text of `content`, which stays in the stored draft until the turn has
   * started. `secondModel`: the model config (null: the default model) of a second reply, beside the first.
   */
  async send(
    content: readonly Part[],
    parentId: string | null,
    sending = new SendingText(this.id, textOf(content)),
    secondModel?: string | null,
  ): Promise<void> {
    const ids = { userId: localId(), assistantId: localId() };
    if (secondModel !== undefined) this.#secondModels.set(ids.assistantId, secondModel);
    await this.#requestShown(ids, content, parentId, sending);
  }

  /**
   * Shows a message at once, and sends it when `prepare` has created the conversation or uploaded the attachments. It
   * returns the content with the images' object keys and the files' ids. Resolves when the message was requested; rejects
   * with the error of `prepare`, and the message is removed again.
   */
  async sendPrepared(
    content: readonly Part[],
    parentId: string | null,
    sending: SendingText,
    prepare: () => Promise<readonly Part[]>,
    secondModel?: string | null,
  ): Promise<void> {
    const ids = { userId: localId(), assistantId: localId() };
    const preparing = prepare();
    this.#preparing = preparing;
    this.#show(ids, content, parentId, sending);
    let prepared: readonly Part[];
    try {
      prepared = await preparing;
    } catch (error) {
      this.#sending.delete(ids.userId);
      this.#dispatch({ type: "request_dropped", ids });
      throw error;
    }
    this.#sending.get(ids.userId)?.moveTo(this.id);
    this.queue.moveTo(this.id);
    if (secondModel !== undefined) this.#secondModels.set(ids.assistantId, secondModel);
    this.#dispatch({ type: "attachments_uploaded", messageId: ids.userId, content: prepared });
    void this.#requestTurn(ids, prepared, parentId);
  }

  #show(
    ids: RequestIds & { userId: string },
    content: readonly Part[],
    parentId: string | null,
    sending: SendingText,
  ): void {
    this.#objectUrls.hold(content);
    this.#sending.set(ids.userId, sending);
    this.#used = true;
    this.queue.waitFor(ids.assistantId, this.store.getState().messages);
    // The request goes out before rendering, which takes a while.
    this.#dispatchSoon({ type: "send_requested", ids, parentId, content, now: Date.now() });
  }

  async #requestShown(
    ids: RequestIds & { userId: string },
    content: readonly Part[],
    parentId: string | null,
    sending: SendingText,
    idempotencyKey?: string,
  ): Promise<void> {
    const request = this.#requestTurn(ids, content, parentId, idempotencyKey);
    this.#show(ids, content, parentId, sending);
    await request;
  }

  #requestTurn(
    ids: RequestIds,
    content: readonly Part[],
    parentId: string | null,
    idempotencyKey = newIdempotencyKey(),
  ): Promise<void> {
    return this.#follow(ids, {
      type: "send",
      idempotencyKey,
      body: {
        conversation_id: this.id,
        message: toInput(content),
        parent_id: parentId,
        ...this.#turnOptions(content),
      },
    });
  }

  /** Queues a message until the last reply of the shown branch, which runs or waits for the user, has ended. */
  enqueue(content: readonly Part[], sending: SendingText): void {
    const { messages, path } = this.#state;
    const last = messages.get(path.at(-1) ?? "");
    if (!last || !isUnfinished(last)) {
      // It ended meanwhile.
      void this.send(content, this.lastStoredId, sending);
      return;
    }
    this.#objectUrls.hold(content);
    this.queue.add(content, sending, last.key);
  }

  /** Sends the next message of the queue, even if the last reply failed or waits for the user. */
  sendQueuedNow(): void {
    if (!this.isCreated || runningReply(this.#state) !== null) return;
    this.#sendNext(this.lastStoredId);
  }

  /** Sends the next message of the queue, if it is due. */
  #sendQueued(): void {
    const reply = this.queue.dueAfter(this.store.getState().messages);
    if (reply) this.#sendNext(reply.id);
  }

  #sendNext(parentId: string | null): void {
    const next = this.queue.next();
    if (next) void this.send(next.content, parentId, next.sending);
  }

  /** Retries a message that could not be sent. If its turn has started nevertheless, its reply is received. */
  async resend(messageId: string): Promise<void> {
    const message = this.#message(messageId);
    if (message?.status !== "unsent") return;
    const { content, parentId } = message;
    this.#dispatchSoon(dropped(messageId));
    const sending = this.#sending.get(messageId) ?? new SendingText(this.id, textOf(content));
    this.#sending.delete(messageId);
    const key = this.#unsentKeys.get(messageId);
    this.#unsentKeys.delete(messageId);
    await this.#requestShown({ userId: localId(), assistantId: localId() }, content, parentId, sending, key);
  }

  discard(messageId: string): void {
    this.#unsentKeys.delete(messageId);
    this.#removeSending(messageId);
    this.#dispatch(dropped(messageId));
    this.#releaseImages();
  }

  /** Requests another reply to the same question, as a sibling; in the place of a reply that was not begun. */
  async regenerate(messageId: string, options: RegenerateOptions = {}): Promise<void> {
    const refused = this.#refused.get(messageId);
    if (!refused) {
      await this.#regenerate(messageId, options);
      return;
    }
    this.#refused.delete(messageId);
    this.#dispatchSoon({ type: "request_dropped", ids: { userId: null, assistantId: messageId } });
    const isSame = options.modelConfigId === undefined;
    await this.#regenerate(
      refused.messageId,
      { ...refused.options, ...options },
      isSame ? refused.key : undefined,
    );
  }

  async #regenerate(
    messageId: string,
    options: RegenerateOptions,
    idempotencyKey = newIdempotencyKey(),
  ): Promise<void> {
    const message = this.#message(messageId);
    if (!message || isLocal(messageId)) return;
    const { modelConfigId, beside = false } = options;
    const ids = { userId: null, assistantId: localId() };
    this.#used = true;
    this.queue.waitFor(ids.assistantId, this.store.getState().messages);
    this.#dispatch({
      type: "reply_requested",
      assistantId: ids.assistantId,
      parentId: message.parentId,
      besideId: beside ? messageId : null,
      now: Date.now(),
    });
    const model = modelConfigId === undefined ? {} : { model_config_id: modelConfigId };
    await this.#follow(ids, {
      type: "regenerate",
      idempotencyKey,
      body: { message_id: messageId, ...model, ...this.#turnOptions() },
    });
    const { status, error } = this.#message(ids.assistantId) ?? {};
    if (status !== "failed") return;
    const key = error && mayHaveStarted(error) ? idempotencyKey : undefined;
    this.#refused.set(ids.assistantId, { messageId, options, key });
  }

  /** Continues a reply that ended early. */
  async continueReply(messageId: string): Promise<void> {
    this.#dispatch({ type: "continue_requested", messageId });
    await this.#follow(
      { userId: null, assistantId: messageId },
      { type: "continue", body: { message_id: messageId, ...this.#turnOptions() } },
    );
  }

  /** The tools of the next turns. A conversation in a project may have the project's files. */
  setTools(tools: ToolChoice, isInProject: boolean): void {
    this.#tools = tools;
    this.#isInProject = isInProject;
  }

  /** `content`: the new message's. */
  #turnOptions(content: readonly Part[] = []) {
    return turnOptions(this.#tools, this.#isInProject || mayHaveFiles(this.store.getState(), content));
  }

  /** Answers a step of a waiting reply, which goes on when every step has its answer. Rejects with ApiError. */
  async answer(answer: AnswerBody): Promise<void> {
    const { message_id: id, n } = answer;
    await api.POST("/chat/answer", { body: answer });
    this.#dispatch({ type: "step_answered", messageId: id, n });
    const isWaiting = this.#message(id)?.steps.some(isOpenStep);
    // The answer is stored, so the card does not wait for the reply, which shows its own errors.
    if (!isWaiting && !this.#following.has(id)) void this.#reattach(id);
  }

  /** Requests a stop of the running replies on the screen. Their text is kept; the streams deliver the end. */
  async stop(): Promise<void> {
    await Promise.all(runningReplies(this.#state).map((id) => this.#stopReply(id)));
  }

  async #stopReply(id: string): Promise<void> {
    if (isLocal(id)) {
      this.#stopRequested.add(id);
      return;
    }
    // If the call fails, the reply continues, and the button stays.
    await api.POST("/chat/stop", { body: { message_id: id } }).catch(() => undefined);
  }

  /** Opens or closes the editor of a question. */
  edit(id: string | null): void {
    this.editedText = null;
    this.editing.setState({ id });
  }

  /** Opens the editor of the last question of the shown branch. */
  editLastQuestion(): void {
    const { path, messages } = this.#state;
    const last = path.findLast((id) => messages.get(id)?.role === "user");
    if (last !== undefined && !isLocal(last)) this.edit(last);
  }

  selectBranch(messageId: string): void {
    this.#used = true;
    this.#dispatch({ type: "leaf_selected", leafId: messageId });
    const { leafId } = this.store.getState();
    if (leafId !== null && !isLocal(leafId)) this.#observer.onLeafSelected(this.id, leafId);
  }

  /** Shows two versions of a reply side by side, until one of them is chosen. */
  compare(messageId: string, otherId: string): void {
    this.#dispatch({ type: "comparison_opened", ids: [otherId, messageId] });
    // Only the messages of the shown branch are loaded in advance.
    for (const id of [messageId, otherId]) if (isWanting(this.#state, id)) void this.#fetchPiece(id, [id]);
  }

  /** Removes a message and what follows it from the conversation here. Returns their number. */
  hideMessage(messageId: string): number {
    const count = subtreeOf(this.#state.children, messageId).size;
    this.#hidden.add(messageId);
    this.#dispatch({ type: "message_deleted", messageId });
    return count;
  }

  /** Shows a hidden message and what follows it again. */
  restoreMessage(messageId: string): void {
    this.#hidden.delete(messageId);
    this.#dispatch({ type: "message_restored", messageId });
    // In their order among the messages of other branches.
    void this.reload();
  }

  /** Deletes a hidden message and what follows it in the backend. Rejects with ApiError. */
  async deleteMessage(messageId: string): Promise<void> {
    // Completed by the browser when the page is left.
    await api.POST("/chat/delete", { body: { message_id: messageId }, keepalive: true });
    // It stays hidden: a page of the history that was requested before may have it.
    this.#hidden.delete(messageId);
  }

  /** Closes every stream; the turns continue in the backend. */
  close(): void {
    this.queue.restore();
    for (const sending of this.#sending.values()) sending.restore();
    this.#sending.clear();
    this.#abort.abort();
    this.tray.close();
    this.#objectUrls.revokeAll();
  }

  /** Loads the end of the branch that was shown last, and in parallel the outline of the tree. */
  async #fetchHistory(): Promise<void> {
    const storedBefore = storedIds(this.#state);
    this.#dispatch({ type: "history_requested" });
    try {
      // Requested first, because the reader waits for them, and a backend of one process answers in turn.
      const messages = this.#fetchBranch("active", PIECE_SIZE);
      const [outline] = await Promise.all([
        fetchOutline(this.id, this.#abort.signal),
        messages.then(({ items }) => this.#receive(items)),
      ]);
      this.#dispatch({ type: "outline_loaded", outline, storedBefore });
    } catch (error) {
      if (!isAbort(error)) this.#dispatch({ type: "history_failed", error: toApiError(error) });
    }
  }

  async #fetchPiece(leafId: string, ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#requested.add(id);
    try {
      const { items } = await this.#fetchBranch(leafId, ids.length);
      this.#receive(items);
      // Missing messages do not exist; they are not requested again.
      for (const { id } of items) this.#requested.delete(id);
    } catch (error) {
      for (const id of ids) this.#requested.delete(id);
      if (!isAbort(error)) this.#dispatch({ type: "piece_failed", error: toApiError(error) });
    }
  }

  /** The last messages of a branch. */
  #fetchBranch(leafId: string, limit: number) {
    return fetchMessages(this.id, { leaf_id: leafId, limit }, this.#abort.signal);
  }

  /** Shows messages, and follows streaming replies. */
  #receive(messages: readonly Message[]): void {
    this.#dispatch({ type: "messages_loaded", messages });
    this.#releaseImages();
    for (const { id, status } of messages) {
      if (status !== "streaming" || this.#following.has(id) || this.#unresumable.has(id)) continue;
      void this.#reattach(id);
    }
  }

  /**
   * An event of a reply that this page did not request over the socket: requested by another device, or by this page over
   * another transport, which receives it already. Returns whether it is certainly another device's.
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

  /** The socket with live replies is connected. */
  keepLive(): void {
    for (const { queue } of this.#live.values()) queue.keepAlive();
  }

  /** The socket is disconnected: resumes its replies over another connection. */
  breakLive(): void {
    for (const { queue } of this.#live.values()) queue.fail(networkError("the connection was closed"));
  }

  /** Fetches changes that may have been missed. */
  async catchUp(): Promise<void> {
    await this.#loaded;
    if (this.#loaded && this.#unnamed === 0) await this.reload();
  }

  /** Catches up if the backend's branch ends elsewhere: a message was added, or the last were deleted. */
  async catchUpTo(leafId: string | null): Promise<void> {
    await this.#loaded;
    if (this.lastStoredId !== leafId) await this.catchUp();
  }

  /** Whether this page has already received the event's turn. */
  #knows({ assistant_message_id, seq }: StartedEvent): boolean {
    const message = this.#message(assistant_message_id);
    return message !== undefined && message.seq >= seq;
  }

  /** Follows live replies of other devices, once no request of this page is without an id (it could be any of them). */
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
      // Loads the question, and this reply with its current text.
      await this.reload();
      // The events of a continued reply do not start at its beginning.
      if (this.#message(id)) await this.#reattach(id, started.seq === 1 ? queue : null);
    } finally {
      queue.close();
      this.#live.delete(id);
      this.#following.delete(id);
    }
  }

  /** Receives a reply that another page, or this one before a reload, has requested. */
  async #reattach(messageId: string, live: EventQueue | null = null): Promise<void> {
    let untouched = live;
    const answered = this.#answeredSteps(messageId);
    await this.#follow(
      { userId: null, assistantId: messageId },
      { type: "resume", messageId, after: 0, answered },
      { messageId, seq: 0 },
      (request, signal, attempt) => {
        if (!untouched) return this.#open(request, signal, attempt);
        const events = untouched.read();
        untouched = null;
        return events;
      },
    );
  }

  #answeredSteps(messageId: string): readonly number[] {
    const steps = this.#message(messageId)?.steps ?? [];
    return steps.filter((step) => !isOpenStep(step)).map(({ n }) => n);
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
    const receive = resumeFrom
      ? this.#replayOver(resumeFrom.messageId, answeredSteps(request), batch)
      : batch.add;
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
            // `started` changes nothing on the screen, so the first tokens need not wait for its frame.
            apply([first]);
            const secondModel = this.#secondModels.get(ids.assistantId);
            if (this.#stopRequested.delete(ids.assistantId)) void this.#stopReply(assistantId);
            else if (secondModel !== undefined)
              void this.regenerate(assistantId, { modelConfigId: secondModel, beside: true });
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
        const failure = toApiError(error);
        if (ids.userId && request.type === "send" && mayHaveStarted(failure))
          this.#unsentKeys.set(ids.userId, request.idempotencyKey);
        this.#dispatch({ type: "request_failed", ids, error: failure });
      } else {
        this.#unresumable.add(assistantId);
        await this.#settle(assistantId, toApiError(error));
      }
    } finally {
      this.#secondModels.delete(ids.assistantId);
      this.#following.delete(ids.assistantId);
      this.#following.delete(assistantId);
      if (isLocal(assistantId)) {
        this.#unnamed -= 1;
        this.#takeLive();
      }
    }
  }

  /** A reply that is resumed from its beginning repeats the history, and replaces what is on the screen. */
  #replayOver(messageId: string, answered: readonly number[], batch: EventBatch<ChatEvent>) {
    const replace = (events: readonly ChatEvent[]) => {
      this.#dispatch({ type: "replay_began", messageId });
      batch.add(events);
      batch.flush();
    };
    return replayOver(this.#message(messageId), answered, replace, batch.add);
  }

  /** Shows the stored state of a reply that cannot be followed; one that is still streaming there counts as failed. */
  async #settle(messageId: string, error: ApiError): Promise<void> {
    await this.reload();
    if (this.#message(messageId)?.status === "streaming") {
      this.#dispatch({ type: "request_failed", ids: { userId: null, assistantId: messageId }, error });
    }
  }

  /** Frees images that no message shows any more, since it was loaded with other URLs, or discarded. */
  #releaseImages(): void {
    if (this.#objectUrls.isEmpty) return;
    const { messages, deleted } = this.#state;
    const shown = [messages, ...[...deleted.values()].map((removed) => removed.messages)];
    const contents = shown.flatMap((all) => [...all.values()].map(({ content }) => content));
    for (const { content } of this.queue.store.getState().items) contents.push(content);
    const previews = this.tray.store.getState().items.map(({ previewUrl }) => previewUrl);
    this.#objectUrls.revokeUnused(contents, previews);
  }

  #removeSending(messageId: string): void {
    this.#sending.get(messageId)?.remove();
    this.#sending.delete(messageId);
  }

  #message(id: string) {
    return this.#state.messages.get(id);
  }

  /** Includes pending actions, so that a second call in the same task sees the first. */
  get #state(): ConversationState {
    this.#dispatch();
    return this.store.getState();
  }

  #dispatch(...actions: ConversationAction[]): void {
    const due = [...this.#deferred.splice(0), ...actions];
    if (due.length === 0) return;
    this.store.setState((state) => due.reduce(reduceConversation, state), true);
    this.#sendQueued();
  }

  /** Applies the action in a separate task, or earlier, before any other action. */
  #dispatchSoon(action: ConversationAction): void {
    this.#deferred.push(action);
    void nextTask().then(() => this.#dispatch());
  }
}

/** Whether the backend may have done what a failed request asked for: its answer was lost, or it broke off. */
function mayHaveStarted({ status }: ApiError): boolean {
  return status === 0 || status >= 500;
}

/** Removes a message that could not be sent. */
function dropped(messageId: string): ConversationAction {
  return { type: "request_dropped", ids: { userId: messageId, assistantId: "" } };
}

let keys = 0;

function nextKey(): number {
  keys += 1;
  return keys;
}
