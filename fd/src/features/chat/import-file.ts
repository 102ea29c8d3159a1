// What "Export as JSON" wrote, as the call that takes it back wants it. The backend checks every field; here is
// only seen whether a file can be one of ours.
import { ApiError } from "@/api/errors";
import type { ConversationImport } from "@/api/types";

type ImportedMessage = ConversationImport["messages"][number];

export interface ImportFile {
  readonly body: ConversationImport;
  /** How many images the file names. They belong to the conversation that was exported; a note is in their place. */
  readonly images: number;
}

/** Reads the text of a file. Throws ApiError `not_an_export`. */
export function readExport(text: string, words: { image: string }): ImportFile {
  const file = parseObject(text);
  if (!file || !Array.isArray(file.messages) || !file.messages.every(isMessage)) {
    throw new ApiError({ status: 0, code: "not_an_export" });
  }
  let images = 0;
  const messages = file.messages.map((message: Record<string, unknown> & { content: unknown[] }) => ({
    ...message,
    content: message.content.map((part) => {
      if ((part as { type?: unknown } | null)?.type !== "image_url") return part;
      images += 1;
      return { type: "text", text: `*[${words.image}]*` };
    }),
    // What it had said when the file was written is all there is.
    status: message.status === "streaming" ? "interrupted" : message.status,
    error: message.status === "failed" ? (message.error ?? UNKNOWN_ERROR) : null,
  })) as unknown as ImportedMessage[];
  const { title, active_leaf_id } = file as Pick<ConversationImport, "title" | "active_leaf_id">;
  return { body: { title: title ?? null, active_leaf_id: active_leaf_id ?? null, messages }, images };
}

/** Of a reply that failed, in a file that does not say how. */
const UNKNOWN_ERROR = { code: "provider_error", message: "" };

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isMessage(value: unknown): boolean {
  const { id, role, content } = (value ?? {}) as Record<string, unknown>;
  return typeof id === "string" && (role === "user" || role === "assistant") && Array.isArray(content);
}
