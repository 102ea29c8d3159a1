// Import of a file from "Export as JSON": converts it to the request body. The backend validates every field; the client
// only checks whether the file is an export.
import { ApiError } from "@/api/errors";
import type { ConversationImport } from "@/api/types";

type ImportedMessage = ConversationImport["messages"][number];

export interface ImportFile {
  readonly body: ConversationImport;
  /** Number of images in the file. They belong to the exported conversation, and are replaced with a note. */
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
    // A reply that was streaming during the export is imported as interrupted.
    status: message.status === "streaming" ? "interrupted" : message.status,
    error: message.status === "failed" ? (message.error ?? UNKNOWN_ERROR) : null,
  })) as unknown as ImportedMessage[];
  const { title, active_leaf_id } = file as Pick<ConversationImport, "title" | "active_leaf_id">;
  return { body: { title: title ?? null, active_leaf_id: active_leaf_id ?? null, messages }, images };
}

/** Error of a failed reply in a file without the cause. */
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
