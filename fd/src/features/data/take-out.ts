// Take-out of everything that the account owns: the files of each conversation, documents, and the rest as one JSON file.
import { api, body } from "@/api/client";
import { toApiError } from "@/api/errors";
import type { ExportItem } from "@/api/types";
import {
  addConversation,
  addDocument,
  addImages,
  type ExportedConversation,
  type ExportedMessage,
  type FileSink,
  type FileWords,
  jsonBlob,
  type ProjectFolder,
} from "@/features/archive/pages";
import { exportPages } from "@/features/profile/pages";
import { browserPreferences } from "./browser-preferences";

/**
 * Writes everything into the sink. `onProgress` receives the number of conversations. Conversations in the bin and
 * temporary ones stay behind. Returns the number of images and documents that the store does not have any more.
 */
export async function takeOut(
  sink: FileSink,
  words: FileWords,
  onProgress: (conversations: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const projects = new Map<string, ProjectFolder>();
  const projectOf = (id: string | null | undefined) => projects.get(id ?? "") ?? null;
  const models = new Map<string, string>();
  const servers = new Map<string, string>();
  const rest: object[] = [{ kind: "preferences", ...browserPreferences() }];
  let current: { conversation: ExportedConversation; messages: ExportedMessage[] } | null = null;
  const takenOut = new Map<string, boolean>();
  let missing = 0;
  let count = 0;

  /** Whether a conversation is taken out, of which the export has the documents first. */
  const isTakenOut = async (id: string): Promise<boolean> => {
    let taken = takenOut.get(id);
    if (taken === undefined) {
      taken = await isListed(id, signal);
      takenOut.set(id, taken);
    }
    return taken;
  };

  /** With the name of its model and the URLs of its tool servers, by which an import finds them. */
  const named = (conversation: ExportedConversation) => {
    const name = models.get(conversation.model_config_id ?? "");
    const tools = conversation.tools?.map((tool) =>
      typeof tool === "string" ? tool : { ...tool, url: servers.get(tool.server_id) },
    );
    return { ...conversation, ...(name !== undefined && { model: { name } }), ...(tools && { tools }) };
  };

  const finish = async () => {
    const whole = current;
    current = null;
    if (!whole || whole.messages.length === 0 || staysBehind(whole.conversation)) return;
    const { messages } = whole;
    const conversation = named(whole.conversation);
    await addConversation(conversation, messages, projectOf(conversation.project_id), sink, words);
    count += 1;
    onProgress(count);
  };

  for await (const item of items(signal)) {
    switch (item.kind) {
      case "conversation": {
        await finish();
        const { kind: _, ...conversation } = item;
        current = { conversation, messages: [] };
        break;
      }
      case "message": {
        const { kind: _, conversation_id: __, ...message } = item;
        if (current && !staysBehind(current.conversation))
          missing += await addImages(message, projectOf(current.conversation.project_id), sink, signal);
        current?.messages.push(message);
        break;
      }
      case "file":
        if (item.conversation_id && !(await isTakenOut(item.conversation_id))) break;
        if (!(await addDocument(item, projectOf(item.project_id), sink, signal))) missing += 1;
        rest.push(withoutUrl(item));
        break;
      default:
        if (item.kind === "project") projects.set(item.id, { id: item.id, name: item.name });
        if (item.kind === "model_config") models.set(item.id, item.name);
        if (item.kind === "tool_server") servers.set(item.id, item.url);
        rest.push(item);
    }
  }
  await finish();
  await sink.add("account.json", jsonBlob({ items: rest }), true);
  return missing;
}

function staysBehind({ deleted_at, temporary }: ExportedConversation): boolean {
  return deleted_at !== null || temporary;
}

/** Whether a conversation is neither temporary nor in the bin. */
async function isListed(id: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { temporary } = await body(
      api.GET("/conversation/{conversation_id}", { params: { path: { conversation_id: id } }, signal }),
    );
    return !temporary;
  } catch (error) {
    if (toApiError(error).status === 404) return false;
    throw error;
  }
}

/** The address of a document expires; its bytes are beside the file. */
function withoutUrl({ url: _, ...file }: Extract<ExportItem, { kind: "file" }>): object {
  return file;
}

async function* items(signal: AbortSignal): AsyncGenerator<ExportItem> {
  for await (const page of exportPages(signal)) yield* page;
}
