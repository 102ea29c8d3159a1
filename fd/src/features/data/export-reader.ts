// Reader of the exports of this and other products: finds the conversations in the files that a user chose, without
// having more than one of them in memory.
import { type DocumentSource, type FoundConversation, type Source, wellFormed } from "./conversation-body";
import type { ImageSource } from "./conversation-tree";
import { readElements, UnreadableFile } from "./json-elements";
import { type Fields, fieldsOf, textOf } from "./json-values";
import { isChatgpt, readChatgpt } from "./read-chatgpt";
import { isClaude, readClaude } from "./read-claude";
import { isLibrechat, readLibrechat } from "./read-librechat";
import { isOpenWebui, readOpenWebui } from "./read-open-webui";
import { AccountItems, EMPTY_ACCOUNT, type FoundAccount, isOwn, type OwnFiles, readOwn } from "./read-own";
import { DamagedZip, openEntry, readDirectory } from "./zip-reader";

/** Texts in place of what an export does not have. */
export interface ImportWords {
  readonly image: string;
}

/**
 * Why something is not imported. `damaged_zip`, `cut` and `invalid` (JSON): it cannot be read; `unknown`: no export that
 * is known; `empty`: nothing is said; `duplicate`: it was found before.
 */
export type ProblemReason = "damaged_zip" | "cut" | "invalid" | "unknown" | "empty" | "duplicate";

export interface Problem {
  /** The title of a conversation, or the name of a file. */
  readonly name: string;
  readonly reason: ProblemReason;
}

export type Found = { conversation: FoundConversation } | { problem: Problem };

interface Entry {
  readonly name: string;
  readonly size: number;
  /** Chosen by the user itself, rather than part of an archive. */
  readonly isChosen: boolean;
  readonly open: () => Promise<ReadableStream<Uint8Array>>;
}

/** JSON files of archives that have conversations. */
const CONVERSATIONS = /(^|\/)(conversations|chats?)[^/]*\.json$/i;
/** Documents of this application's take-out, by the end of their ids. */
const DOCUMENT = /(?:^|\/)files\/([^/]{8})-[^/]+$/;
const IMAGE_ID = /^file[-_][A-Za-z0-9]+/;

export class ExportReader {
  readonly #files: readonly File[];
  readonly #words: ImportWords;
  #entries: readonly Entry[] = [];
  readonly #byName = new Map<string, Entry>();
  readonly #byImageId = new Map<string, Entry>();
  readonly #byDocumentId = new Map<string, Entry>();
  readonly #ownFiles: OwnFiles = {
    image: (name) => (this.#byName.has(name) ? { entry: name } : null),
    document: (id) => this.#byDocumentId.get(id.slice(-8))?.name ?? null,
  };
  readonly #damaged: Problem[] = [];
  #opened: Promise<void> | null = null;
  #account: FoundAccount = EMPTY_ACCOUNT;

  constructor(files: readonly File[], words: ImportWords) {
    this.#files = files;
    this.#words = words;
  }

  /** Every conversation, and everything that is not imported. `onProgress`: bytes read, of all bytes. */
  async *read(onProgress: (read: number, total: number) => void = () => {}): AsyncGenerator<Found> {
    this.#opened ??= this.#open();
    await this.#opened;
    for (const problem of this.#damaged) yield { problem };
    const documents = this.#entries.filter(({ name }) => /\.json$/i.test(name) && !DOCUMENT.test(name));
    const total = documents.reduce((sum, { size }) => sum + size, 0);
    let read = 0;
    const onBytes = (bytes: number) => {
      read += bytes;
      onProgress(read, total);
    };
    const seen = new Set<string>();
    this.#account = EMPTY_ACCOUNT;
    for (const entry of documents) {
      for await (const found of this.#readDocument(entry, onBytes)) {
        if ("conversation" in found) {
          const key = keyOf(found.conversation);
          if (seen.has(key)) {
            yield { problem: { name: nameOf(found.conversation), reason: "duplicate" } };
            continue;
          }
          seen.add(key);
        }
        yield found;
      }
    }
  }

  /** Rows besides conversations, known when everything was read. */
  get account(): FoundAccount {
    return this.#account;
  }

  /** The bytes of an image. Null when its kind is not one that the application shows. */
  async image(source: ImageSource): Promise<Blob | null> {
    const blob =
      "data" in source
        ? await blobOfDataUrl(source.data)
        : await this.#blobOf(this.#byName.get(source.entry));
    if (!blob) return null;
    const type = imageType(new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
    return type === null ? null : blob.slice(0, blob.size, type);
  }

  /** The bytes of a document. Null when they cannot be read. */
  document({ entry }: DocumentSource): Promise<Blob | null> {
    return this.#blobOf(this.#byName.get(entry));
  }

  async #open(): Promise<void> {
    const entries: Entry[] = [];
    for (const file of this.#files) {
      if (!(await isZip(file))) {
        entries.push({ name: file.name, size: file.size, isChosen: true, open: async () => file.stream() });
        continue;
      }
      try {
        for (const entry of await readDirectory(file))
          entries.push({
            name: entry.name,
            size: entry.size,
            isChosen: false,
            open: () => openEntry(file, entry),
          });
      } catch (error) {
        if (!(error instanceof DamagedZip || error instanceof RangeError)) throw error;
        this.#damaged.push({ name: file.name, reason: "damaged_zip" });
      }
    }
    this.#entries = entries;
    for (const entry of entries) {
      const name = entry.name.slice(entry.name.lastIndexOf("/") + 1);
      this.#byName.set(entry.name, entry);
      const documentId = DOCUMENT.exec(entry.name)?.[1];
      if (documentId !== undefined) this.#byDocumentId.set(documentId, entry);
      if (!/\.json$/i.test(name)) {
        this.#byName.set(name, entry);
        const id = IMAGE_ID.exec(name)?.[0];
        if (id) this.#byImageId.set(id, entry);
      }
    }
  }

  async *#readDocument(entry: Entry, onProgress: (bytes: number) => void): AsyncGenerator<Found> {
    const isExpected = entry.isChosen || (CONVERSATIONS.test(entry.name) && !/shared_/.test(entry.name));
    const items = new AccountItems();
    let known = 0;
    let unknown = 0;
    let whole: Fields[] = [];
    try {
      for await (const element of readElements(await entry.open(), onProgress)) {
        if ("problem" in element) {
          if (isExpected || known > 0) yield { problem: { name: entry.name, reason: element.problem } };
          known += 1;
          continue;
        }
        const fields = fieldsOf(element.value) ?? {};
        const isItem = items.add(fields, (conversation) => whole.push(conversation));
        if (!isItem) whole.push(fields);
        for (const each of whole) {
          const found = this.#convert(each);
          if (found) known += 1;
          else unknown += 1;
          if (found) yield found;
        }
        if (isItem) known += 1;
        whole = [];
      }
      items.end((conversation) => whole.push(conversation));
      for (const each of whole) {
        const found = this.#convert(each);
        if (found) yield found;
      }
      const found = wellFormed(items.account(this.#ownFiles.document));
      this.#account = {
        projects: [...this.#account.projects, ...found.projects],
        prompts: [...this.#account.prompts, ...found.prompts],
        servers: [...this.#account.servers, ...found.servers],
        settings: found.settings ?? this.#account.settings,
        preferences: found.preferences ?? this.#account.preferences,
      };
    } catch (error) {
      if (!(error instanceof DamagedZip || error instanceof UnreadableFile)) throw error;
      yield { problem: { name: entry.name, reason: "damaged_zip" } };
      return;
    }
    if (!isExpected) return;
    if (known === 0) yield { problem: { name: entry.name, reason: "unknown" } };
    else for (let n = 0; n < unknown; n += 1) yield { problem: { name: entry.name, reason: "unknown" } };
  }

  /** Null for an element that is no conversation. */
  #convert(fields: Fields): Found | null {
    const byId = (id: string): ImageSource | null => {
      const entry = this.#byImageId.get(IMAGE_ID.exec(id)?.[0] ?? "");
      return entry ? { entry: entry.name } : null;
    };
    const read = isChatgpt(fields)
      ? readChatgpt(fields, byId, this.#words)
      : isClaude(fields)
        ? readClaude(fields)
        : isOpenWebui(fields)
          ? readOpenWebui(fields, this.#words)
          : isOwn(fields)
            ? readOwn(fields, this.#ownFiles, this.#words)
            : isLibrechat(fields)
              ? readLibrechat(fields, this.#words)
              : undefined;
    if (read === undefined) return null;
    if (read === null || read.sourceId === "")
      return { problem: { name: textOf(fields.title) || textOf(fields.name), reason: "empty" } };
    const { images, documents, ...rest } = read;
    const whole = wellFormed({ ...rest, sourceId: read.sourceId.slice(-128) });
    return { conversation: { ...whole, images, documents } };
  }

  async #blobOf(entry: Entry | undefined): Promise<Blob | null> {
    if (!entry) return null;
    try {
      return await new Response(await entry.open()).blob();
    } catch {
      return null;
    }
  }
}

export function keyOf({ source, sourceId }: { source: Source; sourceId: string }): string {
  return `${source} ${sourceId}`;
}

function nameOf({ title, sourceId }: FoundConversation): string {
  return title ?? sourceId;
}

async function isZip(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  return (head[0] === 0x50 && head[1] === 0x4b) || /\.zip$/i.test(file.name);
}

async function blobOfDataUrl(url: string): Promise<Blob | null> {
  const encoded = /^data:image\/[\w.+-]+;base64,(.*)$/s.exec(url)?.[1];
  if (encoded === undefined) return null;
  try {
    return new Blob([Uint8Array.from(atob(encoded.replace(/\s/g, "")), (char) => char.charCodeAt(0))]);
  } catch {
    return null;
  }
}

/** The type by the first bytes: names and types of exports are not reliable. */
function imageType(head: Uint8Array): string | null {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\x89PNG")) return "image/png";
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("GIF8")) return "image/gif";
  return text.startsWith("RIFF") && text.slice(8, 12) === "WEBP" ? "image/webp" : null;
}
