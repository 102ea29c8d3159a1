// Messages that were written while a reply is running; the controller sends them, in order, when it ends.
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Part } from "@/api/types";
import { type ChatMessage, isRunning, isUnfinished } from "./conversation-state";
import type { SendingText } from "./drafts";

export interface QueuedMessage {
  readonly id: number;
  readonly content: readonly Part[];
  /** The text of `content`, which stays in the stored draft. */
  readonly sending: SendingText;
}

/** A message whose attachments are not ready, so that it is not in the queue yet. `file`: the name of one that is read. */
export interface PreparingMessage {
  readonly id: number;
  readonly text: string;
  readonly file: string | null;
}

export interface QueueState {
  readonly items: readonly QueuedMessage[];
  readonly preparing: readonly PreparingMessage[];
  /** The id of the message that is being edited, which pauses the queue; null: none. */
  readonly editing: number | null;
}

/** The messages of the conversation, by id. */
type Messages = ReadonlyMap<string, ChatMessage>;

let lastId = 0;

export class MessageQueue {
  readonly store: StoreApi<QueueState> = createStore(() => ({
    items: [],
    preparing: [],
    editing: null,
  }));
  /** The text in the editor of that message, which is left with the page; null: the message's. */
  editedText: string | null = null;
  #lastPrepared: Promise<void> = Promise.resolve();
  /** The key of the reply that the first message waits for. */
  #awaited: string | null = null;

  /** `replyKey`: the key of the reply that the message waits for if it is the first one. */
  add(content: readonly Part[], sending: SendingText, replyKey: string): void {
    lastId += 1;
    const message = { id: lastId, content, sending };
    if (this.store.getState().items.length === 0) this.#awaited = replyKey;
    this.store.setState(({ items }) => ({ items: [...items, message] }));
  }

  /** A reply was requested: the queue waits for it, unless it waits for another one that is running. */
  waitFor(replyKey: string, messages: Messages): void {
    const current = this.#awaitedIn(messages);
    if (!current || !isRunning(current)) this.#awaited = replyKey;
  }

  /** The reply after which the first message is due: it has ended without an error. Null if none is due. */
  dueAfter(messages: Messages): ChatMessage | null {
    if (this.store.getState().items.length === 0) return null;
    const reply = this.#awaitedIn(messages);
    return !reply || isUnfinished(reply) || reply.status === "failed" ? null : reply;
  }

  #awaitedIn(messages: Messages): ChatMessage | undefined {
    if (this.#awaited === null) return undefined;
    for (const message of messages.values()) if (message.key === this.#awaited) return message;
    return undefined;
  }

  get isPreparing(): boolean {
    return this.store.getState().preparing.length > 0;
  }

  /**
   * Shows a message until `prepare` has made its attachments ready, and the messages before it are. Then passes them to
   * `add`, so that a later message does not overtake one whose file is still being read.
   */
  async prepare<Prepared>(
    text: string,
    file: string | null,
    prepare: () => Promise<Prepared>,
    add: (prepared: Prepared) => void,
  ): Promise<void> {
    lastId += 1;
    const id = lastId;
    this.store.setState(({ preparing }) => ({ preparing: [...preparing, { id, text, file }] }));
    const earlier = this.#lastPrepared;
    const run = async () => {
      try {
        const prepared = await prepare();
        await earlier;
        add(prepared);
      } finally {
        this.store.setState(({ preparing }) => ({ preparing: preparing.filter((each) => each.id !== id) }));
      }
    };
    const done = run();
    // One that fails holds nobody up.
    this.#lastPrepared = done.catch(() => undefined);
    await done;
  }

  edit(id: number | null): void {
    this.editedText = null;
    this.store.setState({ editing: id });
  }

  /** Replaces the text of a message; its images stay. */
  change(id: number, text: string): void {
    this.store.setState(({ items }) => ({
      editing: null,
      items: items.map((item) => {
        if (item.id !== id) return item;
        item.sending.change(text);
        const images = item.content.filter((part) => part.type !== "text");
        return { ...item, content: [...images, { type: "text", text }] };
      }),
    }));
  }

  remove(id: number): void {
    this.store
      .getState()
      .items.find((item) => item.id === id)
      ?.sending.remove();
    this.store.setState(({ items, editing }) => ({
      items: items.filter((item) => item.id !== id),
      editing: editing === id ? null : editing,
    }));
  }

  /** Removes the first message, to send it; null if there is none, or one is being edited. */
  next(): QueuedMessage | null {
    const { items, editing } = this.store.getState();
    const [first] = items;
    if (!first || editing !== null) return null;
    // Its change must not make the message behind it due, too.
    this.#awaited = null;
    this.store.setState({ items: items.slice(1) });
    return first;
  }

  /** The conversation was created: moves the texts to its draft. */
  moveTo(conversationId: string): void {
    for (const { sending } of this.store.getState().items) sending.moveTo(conversationId);
  }

  /** Makes the messages a normal draft again. */
  restore(): void {
    // Each text goes before those that are there.
    for (const { sending } of this.store.getState().items.toReversed()) sending.restore();
    this.store.setState({ items: [], editing: null });
  }
}
