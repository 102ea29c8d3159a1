// Export of chosen conversations as a ZIP, in the form of a take-out.
import { api, body } from "@/api/client";
import { eachPage, everyItem } from "@/api/each-page";
import { ApiError } from "@/api/errors";
import { messagePages } from "@/api/messages";
import type { Conversation, StoredFile } from "@/api/types";
import {
  addConversation,
  addDocument,
  addImages,
  type FileSink,
  type FileWords,
  type ProjectFolder,
} from "./conversation-files";
import { ZipWriter } from "./zip-writer";

/** The ZIP file. `onProgress`: the number of conversations that are in it. One that was deleted meanwhile is left out. */
export async function exportConversations(
  ids: readonly string[],
  words: FileWords,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<File> {
  const writer = new ZipWriter();
  const sink: FileSink = {
    has: async () => false,
    add: (name, content, packed) => writer.add(name, content, packed),
  };
  const { items } = await body(api.GET("/project", { signal }));
  const projects = new Map<string, ProjectFolder>(items.map(({ id, name }) => [id, { id, name }]));
  for (const [index, id] of ids.entries()) {
    const conversation = await findConversation(id, signal);
    if (conversation) {
      const project = projects.get(conversation.project_id ?? "") ?? null;
      await addWhole(conversation, project, sink, words, signal);
    }
    onProgress(index + 1);
  }
  const day = new Date().toISOString().slice(0, 10);
  return new File([writer.end()], `chat-${day}.zip`, { type: "application/zip" });
}

async function findConversation(id: string, signal: AbortSignal): Promise<Conversation | null> {
  try {
    return await body(
      api.GET("/conversation/{conversation_id}", { params: { path: { conversation_id: id } }, signal }),
    );
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return null;
    throw error;
  }
}

async function addWhole(
  conversation: Conversation,
  project: ProjectFolder | null,
  sink: FileSink,
  words: FileWords,
  signal: AbortSignal,
): Promise<void> {
  const { id } = conversation;
  const messages = await everyItem(messagePages(id, signal));
  for (const message of messages) await addImages(message, project, sink, signal);
  if (messages.some(({ content }) => content.some(({ type }) => type === "file")))
    for (const { id: fileId, name, state } of await listFiles(id, signal)) {
      if (state !== "ready") continue;
      const { download_url: url } = await body(
        api.GET("/file/{file_id}", { params: { path: { file_id: fileId } }, signal }),
      );
      if (url) await addDocument({ id: fileId, name, url }, project, sink, signal);
    }
  const { title, model_config_id, pinned, archived, active_leaf_id, created_at, updated_at } = conversation;
  const exported = {
    id,
    title,
    model_config_id,
    project_id: project?.id ?? null,
    instructions: conversation.instructions ?? null,
    pinned,
    archived,
    temporary: false,
    active_leaf_id,
    created_at,
    updated_at,
    deleted_at: null,
  };
  await addConversation(exported, messages, project, sink, words);
}

function listFiles(conversationId: string, signal: AbortSignal): Promise<StoredFile[]> {
  const pages = eachPage((query) =>
    body(api.GET("/file", { params: { query: { conversation_id: conversationId, ...query } }, signal })),
  );
  return everyItem(pages);
}
