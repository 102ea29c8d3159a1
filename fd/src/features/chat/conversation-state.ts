// State of one conversation: a pure reducer over this client's calls and the received events, for every transport.
import type { ApiError } from "@/api/errors";
import { errorFromMessage } from "@/api/provider-error";
import type {
  ChatEvent,
  FileExcerpt,
  FilePart,
  Message,
  MessageStatus,
  OutlineItem,
  Part,
  ReplyDetails,
  Source,
  StartedEvent,
  Step,
  Usage,
} from "@/api/types";
import { type Children, childrenByParent, newestLeaf, newestLeafBelow, pathTo, subtreeOf } from "./branches";

/**
 * A message that is being sent has no id of the server yet. Of a message that is not loaded, only the position in the
 * tree is known.
 */
export type LocalStatus = "sending" | "unsent" | "unloaded";

export interface ChatMessage {
  /** React key, which never changes, so that the element is never replaced. */
  readonly key: string;
  readonly id: string;
  readonly parentId: string | null;
  readonly role: Message["role"];
  readonly content: readonly Part[];
  readonly reasoning: string;
  readonly status: MessageStatus | LocalStatus;
  readonly model: string | null;
  readonly usage: Usage | null;
  readonly finishReason: string | null;
  readonly error: ApiError | null;
  readonly sources: readonly Source[];
  /** Tool calls, in order. */
  readonly steps: readonly Step[];
  /** Sentences about tools that could not be offered. */
  readonly toolProblems: readonly string[];
  /** The parts of long files that the model was given in place of the whole. */
  readonly fileExcerpts: readonly FileExcerpt[];
  /** The model does not support tools, so none were offered. */
  readonly toolsOmitted: boolean;
  /** The first message of the branch in the model's context; null: all of them, as far as is known. */
  readonly contextStartId: string | null;
  /** Images of earlier messages were omitted, because the model does not support images. */
  readonly imagesOmitted: boolean;
  /** The provider is busy, and the request is retried. */
  readonly providerWait: ProviderWait | null;
  readonly createdAt: string;
  /** `seq` of the last event applied; 0 before any. */
  readonly seq: number;
  /** In ms since the epoch; known for replies that this client saw streaming. */
  readonly reasoningStartedAt: number | null;
  readonly reasoningEndedAt: number | null;
}

export interface ProviderWait {
  /** The HTTP status of the refusal; null: the provider could not be reached. */
  readonly status: number | null;
  /** When the request is repeated, in ms since the epoch. */
  readonly until: number;
}

export interface ConversationState {
  /** In order of creation. */
  readonly messages: ReadonlyMap<string, ChatMessage>;
  readonly children: Children;
  readonly leafId: string | null;
  /** Ids of the shown branch, from root to leaf. Keeps its identity while it is equal. */
  readonly path: readonly string[];
  /** Their keys, which do not change when a message receives its id. Keeps its identity while it is equal. */
  readonly keys: readonly string[];
  /** Ids of messages that may have changed since they were loaded. */
  readonly stale: ReadonlySet<string>;
  /** Loading state of the tree and the end of the branch; other messages are loaded when needed. */
  readonly history: "loading" | "loaded" | "failed";
  readonly historyError: ApiError | null;
  /** Number of times that messages were loaded. */
  readonly loads: number;
  /** Error of the last failed load of needed messages. */
  readonly pieceError: ApiError | null;
  /** Ids of replies whose stream is reconnecting. */
  readonly reconnecting: ReadonlySet<string>;
  /** Keys of two replies to one question that are shown side by side. */
  readonly compared: readonly [string, string] | null;
  /** What was deleted here, by the id of its first message. The backend may still have it. */
  readonly deleted: ReadonlyMap<string, DeletedMessages>;
}

interface DeletedMessages {
  readonly messages: ReadonlyMap<string, ChatMessage>;
  /** The shown leaf before the deletion. */
  readonly leafId: string | null;
}

/** Temporary ids of a running request's messages, until `started` has the server's ids. */
export interface RequestIds {
  readonly userId: string | null;
  readonly assistantId: string;
}

export type ConversationAction =
  | { type: "history_requested" }
  | { type: "messages_loaded"; messages: readonly Message[] }
  | {
      type: "outline_loaded";
      outline: readonly OutlineItem[];
      /** Ids of the messages that were stored before the outline was requested. */
      storedBefore: ReadonlySet<string>;
    }
  | { type: "history_failed"; error: ApiError }
  | { type: "piece_requested" }
  | { type: "piece_failed"; error: ApiError }
  | { type: "message_expired"; messageId: string }
  | {
      type: "send_requested";
      ids: RequestIds & { userId: string };
      parentId: string | null;
      content: readonly Part[];
      now: number;
    }
  | { type: "attachments_uploaded"; messageId: string; content: readonly Part[] }
  | {
      type: "reply_requested";
      assistantId: string;
      parentId: string | null;
      /** The reply to show the new one beside; null: the new one replaces it on the screen. */
      besideId: string | null;
      now: number;
    }
  | { type: "continue_requested"; messageId: string }
  | { type: "request_failed"; ids: RequestIds; error: ApiError }
  | { type: "request_dropped"; ids: RequestIds }
  | { type: "replay_began"; messageId: string }
  | { type: "events"; ids: RequestIds; events: readonly ChatEvent[]; now: number }
  | { type: "connection"; messageId: string; reconnecting: boolean }
  | { type: "leaf_selected"; leafId: string }
  | { type: "comparison_opened"; ids: readonly [string, string] }
  | { type: "message_deleted"; messageId: string }
  | { type: "message_restored"; messageId: string }
  | { type: "step_answered"; messageId: string; n: number };

export const emptyConversation: ConversationState = {
  messages: new Map(),
  children: new Map(),
  leafId: null,
  path: [],
  keys: [],
  stale: new Set(),
  history: "loaded",
  historyError: null,
  loads: 0,
  pieceError: null,
  reconnecting: new Set(),
  compared: null,
  deleted: new Map(),
};

export function reduceConversation(state: ConversationState, action: ConversationAction): ConversationState {
  switch (action.type) {
    case "history_requested":
      return { ...state, history: "loading", historyError: null, pieceError: null, stale: storedIds(state) };
    case "history_failed":
      return { ...state, history: "failed", historyError: action.error };
    case "messages_loaded":
      return loadMessages(state, action.messages);
    case "outline_loaded":
      return loadOutline(state, action.outline, action.storedBefore);
    case "piece_requested":
      return { ...state, pieceError: null };
    case "piece_failed":
      return { ...state, pieceError: action.error };
    case "message_expired":
      return { ...state, stale: new Set(state.stale).add(action.messageId) };
    case "send_requested": {
      const { ids, parentId, content, now } = action;
      const messages = new Map(state.messages);
      messages.set(ids.userId, localMessage(ids.userId, parentId, "user", content, now));
      messages.set(ids.assistantId, localMessage(ids.assistantId, ids.userId, "assistant", [], now));
      return withLeaf({ ...state, compared: null }, messages, ids.assistantId);
    }
    case "attachments_uploaded":
      return change(state, action.messageId, () => ({ content: action.content }));
    case "reply_requested": {
      const messages = new Map(state.messages);
      messages.set(
        action.assistantId,
        localMessage(action.assistantId, action.parentId, "assistant", [], action.now),
      );
      const beside = action.besideId === null ? undefined : state.messages.get(action.besideId);
      const compared = beside ? ([beside.key, action.assistantId] as const) : null;
      return withLeaf({ ...state, compared }, messages, action.assistantId);
    }
    case "continue_requested":
      return change(state, action.messageId, () => ({
        status: "streaming",
        finishReason: null,
        error: null,
        seq: 0,
      }));
    case "replay_began":
      return change(state, action.messageId, () => ({ content: [], reasoning: "", steps: [], seq: 0 }));
    case "request_failed":
      return failRequest(state, action.ids, action.error);
    case "request_dropped":
      return dropRequest(state, action.ids);
    case "events":
      return applyEvents(state, action.ids, action.events, action.now);
    case "connection": {
      const reconnecting = new Set(state.reconnecting);
      if (action.reconnecting) reconnecting.add(action.messageId);
      else reconnecting.delete(action.messageId);
      return { ...state, reconnecting };
    }
    case "leaf_selected": {
      const leafId = newestLeafBelow(state.children, action.leafId);
      return withLeaf({ ...state, compared: null }, state.messages, leafId);
    }
    case "comparison_opened": {
      const [first, second] = action.ids.map((id) => state.messages.get(id)?.key);
      return first && second ? { ...state, compared: [first, second] } : state;
    }
    case "message_deleted":
      return deleteMessage(state, action.messageId);
    case "message_restored":
      return restoreMessage(state, action.messageId);
    case "step_answered":
      return change(state, action.messageId, ({ steps }) => ({
        steps: steps.map((step) => (step.n === action.n ? { ...step, state: "running" } : step)),
      }));
  }
}

export function textOf(content: readonly Part[]): string {
  let text = "";
  for (const part of content) if (part.type === "text") text += part.text;
  return text;
}

/** The files of the shown branch, each once. */
export function filesOf({ messages, path }: ConversationState): readonly FilePart["file"][] {
  const files = new Map<string, FilePart["file"]>();
  for (const id of path)
    for (const part of messages.get(id)?.content ?? [])
      if (part.type === "file") files.set(part.file.id, part.file);
  return [...files.values()];
}

/** Whether a message must be fetched before it is shown: it is not loaded, or stale. */
export function isWanting({ messages, stale }: ConversationState, id: string): boolean {
  return messages.get(id)?.status === "unloaded" || stale.has(id);
}

export function isRunning(message: ChatMessage): boolean {
  return message.role === "assistant" && (message.status === "streaming" || message.status === "sending");
}

/** Whether a reply runs, or goes on when the user has answered. */
export function isUnfinished(message: ChatMessage): boolean {
  return isRunning(message) || message.status === "waiting";
}

/** Whether a step waits for its answer. A call that may have run is `unknown` while the user is asked, and after a no. */
export function isOpenStep({ state, ended_at }: Step): boolean {
  return state === "waiting" || (state === "unknown" && ended_at === undefined);
}

/** The id of the running reply at the end of the path. */
export function runningReply({ messages, path }: ConversationState): string | null {
  const last = messages.get(path.at(-1) ?? "");
  return last && isRunning(last) ? last.id : null;
}

/** The ids of the running replies that end the screen: that of the path, and the one beside it. */
export function runningReplies(state: ConversationState): string[] {
  const leafId = state.path.at(-1) ?? "";
  return [comparedWith(state, leafId), leafId].filter((id): id is string => {
    const message = state.messages.get(id ?? "");
    return message !== undefined && isRunning(message);
  });
}

/** Whether a reply ended early and can be continued. */
export function isContinuable({ role, status, finishReason, content }: ChatMessage): boolean {
  if (role !== "assistant") return false;
  if (status === "stopped" || status === "interrupted") return true;
  return status === "failed" ? textOf(content) !== "" : status === "completed" && isCutOff(finishReason);
}

/** Whether a reply reached its length limit, by any provider's finish reason. */
function isCutOff(finishReason: string | null): boolean {
  return finishReason !== null && ["length", "max_tokens"].includes(finishReason.toLowerCase());
}

/** The other reply of a comparison that includes the message; null: none does. */
export function comparedWith({ compared, children, messages }: ConversationState, id: string): string | null {
  const message = messages.get(id);
  if (!compared || !message || !compared.includes(message.key)) return null;
  const otherKey = compared.find((key) => key !== message.key);
  const siblings = children.get(message.parentId) ?? [];
  return siblings.find((siblingId) => messages.get(siblingId)?.key === otherKey) ?? null;
}

/** The versions of a message, in order of creation: the siblings of its role. */
export function versionsOf(
  { children, messages }: ConversationState,
  { parentId, role }: ChatMessage,
): string[] {
  return (children.get(parentId) ?? []).filter((id) => messages.get(id)?.role === role);
}

/** The message of the shown branch where the newest finished reply's context starts; null: the first one. */
export function contextStart({ messages, path }: ConversationState): string | null {
  const newest = path.findLast((id) => {
    const message = messages.get(id);
    return message?.role === "assistant" && message.status !== "unloaded" && !isRunning(message);
  });
  const startId = messages.get(newest ?? "")?.contextStartId ?? null;
  return startId !== null && path.indexOf(startId) > 0 ? startId : null;
}

/** A message that is not loaded, with its position in the tree. */
function emptyMessage(
  id: string,
  parentId: string | null,
  role: ChatMessage["role"],
  status: LocalStatus,
): ChatMessage {
  return {
    key: id,
    id,
    parentId,
    role,
    content: [],
    reasoning: "",
    status,
    model: null,
    usage: null,
    finishReason: null,
    error: null,
    sources: [],
    steps: [],
    toolProblems: [],
    fileExcerpts: [],
    toolsOmitted: false,
    contextStartId: null,
    imagesOmitted: false,
    providerWait: null,
    createdAt: "",
    seq: 0,
    reasoningStartedAt: null,
    reasoningEndedAt: null,
  };
}

function localMessage(
  id: string,
  parentId: string | null,
  role: ChatMessage["role"],
  content: readonly Part[],
  now: number,
): ChatMessage {
  return {
    ...emptyMessage(id, parentId, role, "sending"),
    content,
    createdAt: new Date(now).toISOString(),
  };
}

function storedMessage(message: Message, known: ChatMessage | undefined): ChatMessage {
  return {
    key: known?.key ?? message.id,
    id: message.id,
    parentId: message.parent_id,
    role: message.role,
    content: message.content,
    reasoning: message.reasoning ?? "",
    status: message.status,
    model: message.model ?? null,
    usage: message.usage ?? null,
    finishReason: message.finish_reason ?? null,
    // A rate-limited reply fails soon after its start, so the retry time counts from there.
    error: message.error ? errorFromMessage(message.error, Date.parse(message.created_at)) : null,
    ...detailsOf(message),
    steps: message.steps ?? [],
    providerWait: null,
    createdAt: message.created_at,
    seq: 0,
    reasoningStartedAt: known?.reasoningStartedAt ?? null,
    reasoningEndedAt: known?.reasoningEndedAt ?? null,
  };
}

function detailsOf(
  details: ReplyDetails,
): Pick<
  ChatMessage,
  "sources" | "contextStartId" | "imagesOmitted" | "toolProblems" | "toolsOmitted" | "fileExcerpts"
> {
  return {
    toolProblems: details.tool_problems ?? [],
    fileExcerpts: details.file_excerpts ?? [],
    toolsOmitted: details.tools_omitted ?? false,
    sources: details.sources ?? [],
    contextStartId: details.context_start_id ?? null,
    imagesOmitted: details.images_omitted ?? false,
  };
}

/** Merges loaded messages, except replies that are being received. New ones are appended. */
function loadMessages(state: ConversationState, stored: readonly Message[]): ConversationState {
  const messages = new Map(state.messages);
  const stale = new Set(state.stale);
  for (const message of stored) {
    if (isDeleted(state, message.id)) continue;
    const known = messages.get(message.id);
    const keep = known && (isBeingReceived(known) || isUnchanged(known, message));
    messages.set(message.id, keep ? known : storedMessage(message, known));
    stale.delete(message.id);
  }
  const leafId = state.leafId ?? stored.findLast(({ id }) => messages.has(id))?.id ?? null;
  return withNewestLeaf({ ...state, stale, loads: state.loads + 1 }, inOrder(messages), leafId);
}

/**
 * Merges the outline of the whole tree. Additional messages are newer, or being sent, unless they were stored before: those
 * were deleted elsewhere.
 */
function loadOutline(
  state: ConversationState,
  outline: readonly OutlineItem[],
  storedBefore: ReadonlySet<string>,
): ConversationState {
  const messages = new Map<string, ChatMessage>();
  for (const { id, parent_id, role } of outline) {
    if (isDeleted(state, id)) continue;
    messages.set(id, state.messages.get(id) ?? emptyMessage(id, parent_id, role, "unloaded"));
  }
  const remaining = new Set(messages.keys());
  for (const id of state.messages.keys()) if (!storedBefore.has(id)) remaining.add(id);
  const lastRemaining = (id: string | null) =>
    pathTo(state.messages, id).findLast((each) => remaining.has(each)) ?? null;
  for (const [id, message] of state.messages) {
    if (!remaining.has(id)) continue;
    const { parentId } = message;
    const isOrphan = parentId !== null && state.messages.has(parentId) && !remaining.has(parentId);
    messages.set(id, isOrphan ? { ...message, parentId: lastRemaining(parentId) } : message);
  }
  const leafId = lastRemaining(state.leafId) ?? newestLeaf(messages);
  const next = withNewestLeaf(state, inOrder(messages), leafId);
  return { ...next, history: "loaded", historyError: null };
}

/** Sorted by creation; messages that are not stored yet are the newest. */
function inOrder(messages: ReadonlyMap<string, ChatMessage>): ReadonlyMap<string, ChatMessage> {
  const unstored = [...messages].filter(([, message]) => !isStored(message));
  if (unstored.length === 0) return messages;
  return new Map([...[...messages].filter(([, message]) => isStored(message)), ...unstored]);
}

/** Whether the backend has stored the message. */
export function isStored({ status }: ChatMessage): boolean {
  return status !== "sending" && status !== "unsent";
}

export function storedIds({ messages }: ConversationState): ReadonlySet<string> {
  const stored = new Set<string>();
  for (const [id, message] of messages) if (isStored(message) && !isBeingReceived(message)) stored.add(id);
  return stored;
}

function isBeingReceived(message: ChatMessage): boolean {
  return message.seq > 0 && message.status === "streaming";
}

/**
 * Whether a message need not be rendered again. URLs expire, so messages with images or steps always change; another
 * device may also have answered a step.
 */
function isUnchanged(known: ChatMessage, stored: Message): boolean {
  return (
    known.status === stored.status &&
    stored.status !== "streaming" &&
    known.finishReason === (stored.finish_reason ?? null) &&
    known.parentId === stored.parent_id &&
    known.model === (stored.model ?? null) &&
    stored.content.every((part) => part.type === "text") &&
    known.steps.length + (stored.steps?.length ?? 0) === 0 &&
    textOf(known.content) === textOf(stored.content)
  );
}

function applyEvents(
  state: ConversationState,
  ids: RequestIds,
  events: readonly ChatEvent[],
  now: number,
): ConversationState {
  let next = state;
  // Join the deltas of a batch first, so that they create only one new message object.
  const pending = new Map<string, ChatMessage>();
  const settle = () => {
    if (pending.size === 0) return;
    const messages = new Map(next.messages);
    for (const [id, message] of pending) messages.set(id, message);
    next = { ...next, messages };
    pending.clear();
  };
  for (const event of events) {
    if (event.type === "started") {
      settle();
      next = start(next, ids, event);
      continue;
    }
    const id = "message_id" in event ? event.message_id : event.assistant_message_id;
    const message = pending.get(id) ?? next.messages.get(id);
    // Skip replayed events.
    if (!message || (event.type !== "notice" && event.seq <= message.seq)) continue;
    pending.set(id, applyToMessage(message, event, now));
  }
  settle();
  return next;
}

function applyToMessage(
  message: ChatMessage,
  event: Exclude<ChatEvent, { type: "started" }>,
  now: number,
): ChatMessage {
  if (event.type === "notice") {
    if (!isRunning(message)) return message;
    return { ...message, providerWait: { status: event.status ?? null, until: now + event.seconds * 1000 } };
  }
  const arrived = { seq: event.seq, providerWait: null };
  switch (event.type) {
    case "reasoning":
      return {
        ...message,
        ...arrived,
        status: "streaming",
        reasoning: message.reasoning + event.text,
        reasoningStartedAt: message.reasoningStartedAt ?? now,
      };
    case "delta":
      return {
        ...message,
        ...arrived,
        status: "streaming",
        content: appendText(message.content, event.text),
        reasoningEndedAt: message.reasoningStartedAt === null ? null : (message.reasoningEndedAt ?? now),
      };
    case "step":
      return { ...message, ...arrived, status: "streaming", steps: withStep(message.steps, event.step) };
    case "waiting":
      return { ...message, ...arrived, status: "waiting" };
    case "completed":
      return {
        ...message,
        ...arrived,
        ...detailsOf(event),
        status: event.status,
        finishReason: event.finish_reason,
        usage: event.usage,
        reasoningEndedAt: message.reasoningStartedAt === null ? null : (message.reasoningEndedAt ?? now),
      };
    case "failed":
      return { ...message, ...arrived, status: "failed", error: errorFromMessage(event.error, now) };
  }
}

/** The steps with a new one, or a new state of one. */
function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  if (!steps.some(({ n }) => n === step.n)) return [...steps, step];
  return steps.map((before) => (before.n === step.n ? { ...before, ...step } : before));
}

function appendText(content: readonly Part[], text: string): readonly Part[] {
  const last = content.at(-1);
  if (last?.type === "text") return [...content.slice(0, -1), { type: "text", text: last.text + text }];
  return [...content, { type: "text", text }];
}

/**
 * Replaces the temporary ids of a request's messages with the server's. Where an earlier request started the turn, and its
 * messages were loaded since, these take the place of the temporary ones.
 */
function start(state: ConversationState, ids: RequestIds, event: StartedEvent): ConversationState {
  const { user_message_id: userMessageId, assistant_message_id: assistantMessageId, seq } = event;
  const isRenamed = ids.assistantId !== assistantMessageId && state.messages.has(ids.assistantId);
  const known = state.messages.get(assistantMessageId);
  if (known && known.seq >= seq && !isRenamed) return state;
  const names = new Map<string, string>([[ids.assistantId, assistantMessageId]]);
  if (ids.userId !== null) names.set(ids.userId, userMessageId);
  const renamed = (id: string) => names.get(id) ?? id;
  const messages = new Map<string, ChatMessage>();
  for (const message of state.messages.values()) {
    const id = renamed(message.id);
    if (id !== message.id && state.messages.has(id)) continue;
    const parentId = message.parentId === null ? null : renamed(message.parentId);
    if (id === assistantMessageId && message.seq < seq) {
      const model = event.model ?? message.model;
      // The first event of a reply: what was loaded of it comes again.
      const text = seq === 1 ? { content: [], reasoning: "", steps: [] } : {};
      messages.set(id, { ...message, ...text, id, parentId, model, status: "streaming", seq });
    } else if (id === userMessageId && message.status === "sending") {
      messages.set(id, { ...message, id, parentId, status: "completed" });
    } else {
      messages.set(
        id,
        id === message.id && parentId === message.parentId ? message : { ...message, id, parentId },
      );
    }
  }
  const leafId = state.leafId === null ? null : renamed(state.leafId);
  return withLeaf(state, messages, leafId);
}

/** A request failed before its turn started: keeps the question with the error, and removes the empty reply. */
function failRequest(state: ConversationState, ids: RequestIds, error: ApiError): ConversationState {
  const message = state.messages.get(ids.assistantId);
  if (!message) return state;
  if (ids.userId === null) {
    return change(state, ids.assistantId, () => ({ status: "failed", error }));
  }
  const messages = new Map(state.messages);
  messages.delete(ids.assistantId);
  const question = messages.get(ids.userId);
  if (question) messages.set(ids.userId, { ...question, status: "unsent", error });
  const leafId = state.leafId === ids.assistantId ? ids.userId : state.leafId;
  return withLeaf(state, messages, leafId);
}

function dropRequest(state: ConversationState, ids: RequestIds): ConversationState {
  const messages = new Map(state.messages);
  const parentId = messages.get(ids.userId ?? ids.assistantId)?.parentId ?? null;
  messages.delete(ids.assistantId);
  if (ids.userId !== null) messages.delete(ids.userId);
  const leafId = state.leafId !== null && messages.has(state.leafId) ? state.leafId : parentId;
  return withLeaf(state, messages, leafId);
}

/** Removes a message and what follows it. If the shown branch ends there, the newest one through its parent is shown. */
function deleteMessage(state: ConversationState, id: string): ConversationState {
  const ids = subtreeOf(state.children, id);
  const messages = new Map([...state.messages].filter(([messageId]) => !ids.has(messageId)));
  const removed = new Map([...state.messages].filter(([messageId]) => ids.has(messageId)));
  const deleted = new Map(state.deleted).set(id, { messages: removed, leafId: state.leafId });
  const parentId = state.messages.get(id)?.parentId ?? null;
  const next = { ...state, compared: null, deleted };
  if (state.leafId !== null && !ids.has(state.leafId)) return withLeaf(next, messages, state.leafId);
  const leafId =
    parentId === null ? newestLeaf(messages) : newestLeafBelow(childrenByParent(messages), parentId);
  return withLeaf(next, messages, leafId);
}

function restoreMessage(state: ConversationState, id: string): ConversationState {
  const removed = state.deleted.get(id);
  if (!removed) return state;
  const deleted = new Map(state.deleted);
  deleted.delete(id);
  const messages = inOrder(new Map([...state.messages, ...removed.messages]));
  return withLeaf({ ...state, compared: null, deleted }, messages, removed.leafId);
}

function isDeleted({ deleted }: ConversationState, id: string): boolean {
  return [...deleted.values()].some(({ messages }) => messages.has(id));
}

function change(
  state: ConversationState,
  id: string,
  update: (message: ChatMessage) => Partial<ChatMessage>,
): ConversationState {
  const message = state.messages.get(id);
  if (!message) return state;
  const messages = new Map(state.messages);
  messages.set(id, { ...message, ...update(message) });
  return { ...state, messages };
}

function withNewestLeaf(
  state: ConversationState,
  messages: ReadonlyMap<string, ChatMessage>,
  leafId: string | null,
): ConversationState {
  const next = withLeaf(state, messages, leafId);
  return leafId === null ? next : withLeaf(next, messages, newestLeafBelow(next.children, leafId));
}

function withLeaf(
  state: ConversationState,
  messages: ReadonlyMap<string, ChatMessage>,
  leafId: string | null,
): ConversationState {
  const children = messages === state.messages ? state.children : childrenByParent(messages);
  const path = keep(state.path, pathTo(messages, leafId));
  const keys = path === state.path ? state.keys : path.map((id) => messages.get(id)?.key ?? id);
  return { ...state, messages, children, leafId, path, keys: keep(state.keys, keys) };
}

function keep(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.length === before.length && after.every((item, index) => item === before[index])
    ? before
    : after;
}
