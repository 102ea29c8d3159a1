// Export of a conversation to a file: the shown branch as Markdown, or all branches as JSON.
import type { Part } from "@/api/types";
import { type ChatMessage, type ConversationState, isStored } from "./conversation-state";

export type ExportFormat = "markdown" | "json";

export interface ExportWords {
  user: string;
  assistant: string;
  image: string;
}

export function exportConversation(
  format: ExportFormat,
  title: string,
  state: ConversationState,
  words: ExportWords,
): File {
  const text = format === "markdown" ? toMarkdown(title, state, words) : toJson(title, state);
  const [extension, type] =
    format === "markdown" ? ["md", "text/markdown;charset=utf-8"] : ["json", "application/json"];
  return new File([text], `${fileName(title)}.${extension}`, { type });
}

/** The shown branch. Images are named by their object key, because URLs expire. */
export function toMarkdown(title: string, { messages, path }: ConversationState, words: ExportWords): string {
  const sections = path.flatMap((id) => {
    const message = messages.get(id);
    if (!message) return [];
    const content = message.content.map((part) => partToMarkdown(part, words));
    const sources = message.sources.map(({ n, title, url }) => `${n}. [${title}](<${url}>)`).join("\n");
    return [[`## ${words[message.role]}`, ...content, ...(sources ? [sources] : [])].join("\n\n")];
  });
  return `${[`# ${title}`, ...sections].join("\n\n")}\n`;
}

function partToMarkdown(part: Part, { image }: ExportWords): string {
  if (part.type === "text") return part.text;
  return part.type === "file" ? `*[${part.file.name}]*` : `*[${image}: ${part.image_url.key}]*`;
}

/** Every branch, in the API's format, oldest first: messages may have been loaded in another order. */
export function toJson(title: string, { messages, leafId }: ConversationState): string {
  const stored = [...messages.values()].filter(isStored).sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${JSON.stringify({ title, active_leaf_id: leafId, messages: stored.map(toStored) }, null, 2)}\n`;
}

function toStored(message: ChatMessage) {
  return {
    id: message.id,
    parent_id: message.parentId,
    role: message.role,
    content: message.content.map((part) =>
      part.type !== "image_url" ? part : { type: part.type, image_url: { key: part.image_url.key } },
    ),
    reasoning: message.reasoning || null,
    status: message.status,
    model: message.model,
    usage: message.usage,
    finish_reason: message.finishReason,
    error: message.error && { code: message.error.code, message: message.error.message },
    // Absent rather than empty: older servers do not accept the fields.
    ...(message.sources.length > 0 && { sources: message.sources }),
    ...(message.contextStartId && { context_start_id: message.contextStartId }),
    ...(message.imagesOmitted && { images_omitted: true }),
    created_at: message.createdAt,
  };
}

/** The title without characters that file systems reject. */
function fileName(title: string): string {
  const allowed = [...title].map((char) => (/[\p{Cc}\\/:*?"<>|]/u.test(char) ? " " : char)).join("");
  return allowed.replace(/\s+/g, " ").trim().slice(0, 80) || "conversation";
}
