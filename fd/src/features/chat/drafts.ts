// Drafts: unsent texts, one per conversation, in storage. The text of a message that is being sent stays in the stored
// draft until the turn has started, so that a reload does not lose it.
import { session } from "@/api/client";
import { storage } from "@/storage";
import { DRAFT_PREFIX } from "@/storage-keys";

interface Draft {
  /** The text in the composer. */
  typed: string;
  /** Messages that are being sent or failed, in order. The stored draft begins with their texts. */
  readonly sending: Set<SendingText>;
}

/** Between the texts of a draft. */
const SEPARATOR = "\n\n";
/** Ending of the key of a draft's folded texts. */
const FOLDS = ":folds";

/** Drafts with pending messages, by storage key. Any other draft is the stored text. */
const drafts = new Map<string, Draft>();

/** Callbacks by storage key. */
const restoreListeners = new Map<string, () => void>();

const keyOf = (conversationId: string | null) =>
  `${DRAFT_PREFIX}${session.snapshot().userId ?? ""}:${conversationId ?? "new"}`;

/** The composer's text: the draft without the texts of this page's pending messages. */
export function loadDraft(conversationId: string | null): string {
  const key = keyOf(conversationId);
  return drafts.get(key)?.typed ?? storage.getItem(key) ?? "";
}

export function saveDraft(conversationId: string | null, text: string): void {
  const key = keyOf(conversationId);
  const draft = drafts.get(key);
  if (draft) draft.typed = text;
  store(key, draft ?? { typed: text, sending: new Set() });
}

/**
 * Calls back when a message that was sent before is a part of the draft again, until the returned function is called. A
 * draft has one listener, its composer.
 */
export function onRestored(conversationId: string | null, listener: () => void): () => void {
  const key = keyOf(conversationId);
  restoreListeners.set(key, listener);
  return () => {
    if (restoreListeners.get(key) === listener) restoreListeners.delete(key);
  };
}

/** Lengths of the long texts at the beginning of the draft that are folded. */
export function loadFolds(conversationId: string | null): readonly number[] {
  try {
    const lengths: unknown = JSON.parse(storage.getItem(keyOf(conversationId) + FOLDS) ?? "[]");
    return Array.isArray(lengths) ? lengths.filter((length) => typeof length === "number") : [];
  } catch {
    return [];
  }
}

export function saveFolds(conversationId: string | null, texts: readonly string[]): void {
  const key = keyOf(conversationId) + FOLDS;
  if (texts.length > 0) storage.setItem(key, JSON.stringify(texts.map(({ length }) => length)));
  else storage.removeItem(key);
}

/** Separates the folded texts from the rest of a draft, unless it was changed since. */
export function unfold(draft: string, lengths: readonly number[]): { folded: string[]; text: string } {
  const folded: string[] = [];
  let text = draft;
  for (const length of lengths) {
    const rest = text.slice(length);
    if (length === 0 || text.length < length || (rest !== "" && !rest.startsWith(SEPARATOR)))
      return { folded: [], text: draft };
    folded.push(text.slice(0, length));
    text = rest.slice(SEPARATOR.length);
  }
  return { folded, text };
}

/** Removes all drafts of a user from this browser. */
export function removeDrafts(userId: string): void {
  const prefix = `${DRAFT_PREFIX}${userId}:`;
  for (const key of [...drafts.keys(), ...storage.keys()]) {
    if (!key.startsWith(prefix)) continue;
    drafts.delete(key);
    storage.removeItem(key);
  }
}

/** Non-empty texts, joined with an empty line. */
export function joinTexts(...texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== "").join(SEPARATOR);
}

/** The text of a message that is being sent. It stays in the conversation's stored draft until `remove`. */
export class SendingText {
  #text: string;
  #key: string;

  /** `conversationId`: null for a conversation that is not created yet. */
  constructor(conversationId: string | null, text: string) {
    this.#key = keyOf(conversationId);
    this.#text = text;
    this.#add();
  }

  get text(): string {
    return this.#text;
  }

  /** Changes the text of a message that is not being sent yet. */
  change(text: string): void {
    this.#text = text;
    this.#add();
  }

  /** The conversation was created: moves the text to its draft. */
  moveTo(conversationId: string): void {
    const left = this.#key;
    this.#key = keyOf(conversationId);
    if (this.#key === left) return;
    this.#add();
    this.#leave(left);
  }

  /** The turn has started, or the message was discarded: removes the text from the draft. */
  remove(): void {
    this.#leave(this.#key);
  }

  /** The message failed, or its outcome is unknown: its text becomes a normal draft again. */
  restore(): void {
    const draft = drafts.get(this.#key);
    if (!draft?.sending.has(this)) return;
    draft.typed = joinTexts(this.text, draft.typed);
    this.#leave(this.#key);
    restoreListeners.get(this.#key)?.();
  }

  #add(): void {
    const draft = drafts.get(this.#key) ?? {
      typed: storage.getItem(this.#key) ?? "",
      sending: new Set<SendingText>(),
    };
    drafts.set(this.#key, draft);
    draft.sending.add(this);
    store(this.#key, draft);
  }

  #leave(key: string): void {
    const draft = drafts.get(key);
    if (!draft?.sending.delete(this)) return;
    store(key, draft);
    if (draft.sending.size === 0) drafts.delete(key);
  }
}

function store(key: string, { sending, typed }: Draft): void {
  const text = sending.size === 0 ? typed : joinTexts(...[...sending].map((one) => one.text), typed);
  if (text) storage.setItem(key, text);
  else storage.removeItem(key);
}
