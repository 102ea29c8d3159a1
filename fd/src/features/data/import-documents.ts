// Upload of a document of an export.
import { ApiError, isAbort, toApiError } from "@/api/errors";
import { readingError, uploadFile } from "@/features/files/pages";
import type { DocumentSource } from "./conversation-body";

/** Reads documents of an export. */
export interface DocumentReader {
  /** Null where the bytes cannot be read. */
  document(source: DocumentSource): Promise<Blob | null>;
}

const IGNORED = { onPercent: () => undefined, onReading: () => undefined };

/**
 * Uploads a document, and returns its file's id when its text was read. Returns the error of a document that cannot be
 * stored. Throws on abort, and the ApiError of a failure that a later import may not have.
 * `projectId`: the project that it is added to.
 */
export async function uploadDocument(
  source: DocumentSource,
  reader: DocumentReader,
  signal: AbortSignal,
  projectId?: string,
): Promise<string | ApiError> {
  const bytes = await reader.document(source);
  if (!bytes) return new ApiError({ status: 422, code: "file_unreadable" });
  const file = new File([bytes], source.name, { type: source.mediaType });
  try {
    const stored = await uploadFile(file, signal, IGNORED, projectId);
    return readingError(stored) ?? stored.id;
  } catch (error) {
    const failure = toApiError(error);
    if (isAbort(error) || failure.transient || failure.status === 429 || failure.status >= 500) throw error;
    return failure;
  }
}
