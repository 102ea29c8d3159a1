// An import: sends the conversations that the worker reads, with what is new in them alone, and uploads their images and
// documents.
import { api, body } from "@/api/client";
import { ApiError, isAbort, toApiError } from "@/api/errors";
import { putObject } from "@/api/put-object";
import type { ConversationImport } from "@/api/types";
import { nextTask } from "@/tasks";
import type { FoundConversation, ImportedMessage } from "./conversation-body";
import type { ImageSource } from "./conversation-tree";
import type { ImportedProjects } from "./import-account";
import { type DocumentReader, uploadDocument } from "./import-documents";
import type { Outcome } from "./import-outcome";
import { fileNote } from "./read-own";

export interface ImportSource extends DocumentReader {
  /** The next conversations, none at the end. */
  next(): Promise<readonly FoundConversation[]>;
  /** Null where the bytes are no image that is shown. */
  image(source: ImageSource): Promise<Blob | null>;
}

/** `size`: of the messages, in bytes as in a request. */
type Sized = { found: FoundConversation; body: ConversationImport; size: number };

type Known = { id: string; deleted: boolean; messageIds: ReadonlySet<string> };

const SUFFIXES = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
} as const;
/** Bytes of the messages of one call: the API takes 4 MB. */
const MAX_CALL = 1_500_000;
/** Longer work is continued in another task, so that the page stays responsive. */
const TASK_MS = 20;
const MAX_MESSAGES = 5000;
const MAX_UPLOADS = 10;

/** Imports everything of a source. `onOutcome` receives each conversation as it is done. Throws on abort only. */
export async function runImport(
  source: ImportSource,
  projects: ImportedProjects,
  words: { image: string },
  onOutcome: (outcomes: readonly Outcome[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let taskEnd = 0;
  for (;;) {
    const batch = await source.next();
    signal.throwIfAborted();
    if (batch.length === 0) return;
    let known: ReadonlyMap<string, Known>;
    try {
      known = await findKnown(batch, signal);
    } catch (error) {
      onOutcome(batch.map((found) => failed(found, error)));
      continue;
    }
    const together: Sized[] = [];
    for (const found of batch) {
      if (performance.now() > taskEnd) {
        await nextTask();
        taskEnd = performance.now() + TASK_MS;
      }
      const before = known.get(found.sourceId);
      const messages = found.messages.filter(({ id }) => !before?.messageIds.has(id));
      if (before && !before.deleted && messages.length === 0) {
        onOutcome([{ ...described(found), state: "known", id: before.id }]);
        continue;
      }
      try {
        const body = await bodyOf(found, messages, before, projects);
        const size = sizeOf(messages);
        if (!hasUploads(messages) && size <= MAX_CALL && messages.length <= MAX_MESSAGES)
          together.push({ found, body, size });
        else onOutcome(await importAlone(found, body, before, source, words, signal));
      } catch (error) {
        if (isAbort(error)) throw error;
        onOutcome([failed(found, error)]);
      }
      signal.throwIfAborted();
    }
    for (const group of callsOf(together, ({ size }) => size)) {
      await nextTask();
      onOutcome(await importTogether(group, signal));
    }
  }
}

function described({ source, sourceId, title }: FoundConversation) {
  return { key: `${source} ${sourceId}`, title };
}

function failed(found: FoundConversation, error: unknown): Outcome {
  if (isAbort(error)) throw error;
  return { ...described(found), state: "failed", error: toApiError(error) };
}

/** The conversations of a batch that were imported before, by their ids in the export. */
async function findKnown(
  batch: readonly FoundConversation[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  for (const source of new Set(batch.map((found) => found.source))) {
    const source_ids = batch.filter((found) => found.source === source).map(({ sourceId }) => sourceId);
    const { items } = await body(
      api.POST("/conversation/imported", { body: { source, source_ids }, signal }),
    );
    for (const { source_id, id, deleted, message_ids } of items)
      known.set(source_id, { id, deleted, messageIds: new Set(message_ids) });
  }
  return known;
}

async function bodyOf(
  found: FoundConversation,
  messages: readonly ImportedMessage[],
  before: Known | undefined,
  projects: ImportedProjects,
): Promise<ConversationImport> {
  // One that is only taken out of the bin has nothing new.
  const sent = messages.length > 0 ? messages : found.messages.slice(0, 1);
  // What is there already stays in its project, with its model and its tools.
  const projectId = found.project === null || before ? null : await projects.idOf(found.project);
  const modelId = before ? undefined : await projects.modelOf(found.model);
  const tools = before ? [] : await projects.toolsOf(found.tools);
  return {
    source: found.source,
    source_id: found.sourceId,
    title: found.title,
    instructions: found.instructions,
    project_id: projectId,
    ...(modelId !== undefined && { model_config_id: modelId }),
    ...(tools.length > 0 && { tools }),
    pinned: found.pinned,
    archived: found.archived,
    created_at: found.createdAt,
    updated_at: found.updatedAt,
    active_leaf_id: found.leafId,
    messages: [...sent],
  };
}

/** Splits what is sent into calls. Something that is too large for one has a call of its own. */
function callsOf<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Item[][] {
  const calls: Item[][] = [];
  let size = 0;
  for (const item of items) {
    const own = bytesOf(item);
    const last = calls.at(-1);
    if (last && size + own <= MAX_CALL && last.length < MAX_MESSAGES) last.push(item);
    else {
      calls.push([item]);
      size = 0;
    }
    size += own;
  }
  return calls;
}

async function importTogether(group: readonly Sized[], signal: AbortSignal): Promise<Outcome[]> {
  try {
    const { results } = await body(
      api.POST("/conversation/import_many", {
        body: { conversations: group.map((each) => ({ ...each.body })) },
        signal,
      }),
    );
    return group.map(({ found }, index) => {
      const result = results[index];
      if (result?.id)
        return { ...described(found), state: result.existing ? "updated" : "imported", id: result.id };
      const { code = "unexpected", message = "" } = result?.error ?? {};
      return failed(found, new ApiError({ status: 422, code, message }));
    });
  } catch (error) {
    return group.map(({ found }) => failed(found, error));
  }
}

/** A conversation with images or documents, or one that is too long for one call. Documents that fail have outcomes of
 * their own. */
async function importAlone(
  found: FoundConversation,
  whole: ConversationImport,
  before: Known | undefined,
  source: ImportSource,
  words: { image: string },
  signal: AbortSignal,
): Promise<Outcome[]> {
  let id = before?.id ?? null;
  if (before?.deleted) await api.POST("/conversation/restore", { body: { ids: [before.id] }, signal });
  let isNew = !before;
  const needsId = hasUploads(whole.messages);
  if (id === null && needsId)
    id = (await body(api.POST("/conversation/create", { body: { temporary: true }, signal }))).id;
  const uploaded = needsId && id !== null ? await uploadImages(found, whole, id, source, signal) : new Map();
  const { fileIds, failures } = await uploadDocuments(found, whole, source, signal);
  const sent = whole.messages.map((message) => withFiles(withImages(message, uploaded, words), fileIds));
  const later = new Set(sent.map((message) => message.id));
  for (const messages of callsOf(sent, (message) => sizeOf([message]))) {
    for (const message of messages) later.delete(message.id);
    const isLater = later.has(whole.active_leaf_id ?? "");
    const result = await body(
      api.POST("/conversation/import", {
        body: {
          ...whole,
          ...(needsId && { id }),
          // The leaf of a later call is shown when it comes.
          active_leaf_id: isLater ? null : (whole.active_leaf_id ?? null),
          messages,
        },
        signal,
      }),
    );
    if ("existing" in result) id = result.existing;
    else {
      id = result.id;
      isNew = true;
    }
  }
  return [{ ...described(found), state: isNew ? "imported" : "updated", id: id ?? "" }, ...failures];
}

/** In bytes, as in a request. */
function sizeOf(messages: readonly ImportedMessage[]): number {
  return new TextEncoder().encode(JSON.stringify(messages)).length;
}

function imageKeys(message: ImportedMessage): string[] {
  const parts = message.content.flatMap((part) =>
    part.type === "image_url" && part.image_url.key ? [part.image_url.key] : [],
  );
  const objects = (message.steps ?? []).flatMap((step) => (step.objects ?? []).map(({ key }) => key));
  return [...parts, ...objects];
}

function documentIds(message: ImportedMessage): string[] {
  return message.content.flatMap((part) => (part.type === "file" ? [part.file.id] : []));
}

function hasUploads(messages: readonly ImportedMessage[]): boolean {
  return messages.some((message) => imageKeys(message).length > 0 || documentIds(message).length > 0);
}

/** Uploads the documents of the messages. `fileIds`: of those uploaded, by their ids in the export. */
async function uploadDocuments(
  found: FoundConversation,
  { messages }: ConversationImport,
  source: ImportSource,
  signal: AbortSignal,
): Promise<{ fileIds: ReadonlyMap<string, string>; failures: Outcome[] }> {
  const fileIds = new Map<string, string>();
  const failures: Outcome[] = [];
  for (const id of new Set(messages.flatMap(documentIds))) {
    const document = found.documents.get(id);
    if (!document) continue;
    const uploaded = await uploadDocument(document, source, signal);
    if (uploaded instanceof ApiError)
      failures.push({
        key: `${described(found).key} file ${id}`,
        title: document.name,
        state: "failed",
        error: uploaded,
      });
    else fileIds.set(id, uploaded);
  }
  return { fileIds, failures };
}

/** A document that was not uploaded is replaced by a note. */
function withFiles(message: ImportedMessage, fileIds: ReadonlyMap<string, string>): ImportedMessage {
  const content = message.content.map((part): ImportedMessage["content"][number] => {
    if (part.type !== "file") return part;
    const id = fileIds.get(part.file.id);
    return id === undefined
      ? { type: "text", text: fileNote(part.file.name ?? "") }
      : { type: "file", file: { id } };
  });
  return { ...message, content };
}

/** Keys of the uploads, with their types, by the keys that stand for the images. */
type Uploaded = ReadonlyMap<string, { key: string; type: string }>;

async function uploadImages(
  found: FoundConversation,
  { messages }: ConversationImport,
  conversationId: string,
  source: ImportSource,
  signal: AbortSignal,
): Promise<Uploaded> {
  const uploaded = new Map<string, { key: string; type: string }>();
  const wanted = [...new Set(messages.flatMap(imageKeys))];
  for (let start = 0; start < wanted.length; start += MAX_UPLOADS) {
    const blobs: { name: string; blob: Blob }[] = [];
    for (const name of wanted.slice(start, start + MAX_UPLOADS)) {
      const image = found.images.get(name);
      const blob = image && (await source.image(image));
      if (blob && blob.size > 0) blobs.push({ name, blob });
    }
    if (blobs.length === 0) continue;
    const suffixes = blobs.map(({ blob }) => SUFFIXES[blob.type as keyof typeof SUFFIXES]);
    const { items } = await body(
      api.POST("/chat/get_upload_presigned_url", {
        body: { conversation_id: conversationId, suffixes },
        signal,
      }),
    );
    await Promise.all(
      blobs.map(async ({ name, blob }, index) => {
        const upload = items[index];
        if (!upload || blob.size > upload.max_bytes) return;
        await putObject(upload, blob, signal);
        uploaded.set(name, { key: upload.key, type: blob.type });
      }),
    );
  }
  return uploaded;
}

/** An image that was not uploaded is replaced by a note. */
function withImages(message: ImportedMessage, uploaded: Uploaded, words: { image: string }): ImportedMessage {
  const content = message.content.map((part): ImportedMessage["content"][number] => {
    if (part.type !== "image_url") return part;
    const upload = uploaded.get(part.image_url.key ?? "");
    return upload
      ? { type: "image_url", image_url: { key: upload.key } }
      : { type: "text", text: `*[${words.image}]*` };
  });
  const steps = message.steps?.map(({ objects, ...step }) => {
    const kept = (objects ?? []).flatMap((object) => {
      const upload = uploaded.get(object.key);
      return upload ? [{ ...object, key: upload.key, media_type: upload.type }] : [];
    });
    return { ...step, ...(kept.length > 0 && { objects: kept }) };
  });
  return { ...message, content, ...(steps && { steps }) };
}
