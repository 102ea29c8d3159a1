// Upload of a file to the object store, and the wait until the backend has read its text.
import { chatSocket } from "@/api/chat-socket";
import { api, body } from "@/api/client";
import { ApiError, toApiError } from "@/api/errors";
import { deleteFile } from "@/api/files";
import { putObject } from "@/api/put-object";
import type { StoredFile } from "@/api/types";

/** Delays between polls in ms. The backend fails a reading that has lost its process after 100 s. */
const FIRST_POLL_MS = 1000;
const LONGEST_POLL_MS = 4000;
/** In a hidden page, where a message may wait for the file. */
const HIDDEN_POLL_MS = 15_000;
/** Polls in a row that do not reach the backend, after which the file fails and can be retried. */
const MAX_FAILED_POLLS = 10;
/** Code points of a name, as the backend limits it. */
const MAX_NAME_LENGTH = 255;

export interface FileProgress {
  /** The file has an id. */
  onCreated?(id: string): void;
  onPercent(percent: number): void;
  /** The bytes are uploaded, and their text is being read. */
  onReading(): void;
}

/**
 * Uploads a file and resolves when its reading has ended, also in failure; at once for bytes that the user has uploaded
 * before. Rejects with the ApiError of a failed call, and with AbortError, after which the file is deleted.
 * `projectId`: the project that the file is added to.
 */
export async function uploadFile(
  file: File,
  signal: AbortSignal,
  { onCreated, onPercent, onReading }: FileProgress,
  projectId?: string,
): Promise<StoredFile> {
  const sha256 = await digestOf(file);
  const created = await body(
    api.POST("/file/create", {
      body: {
        name: nameOf(file),
        media_type: file.type,
        size: file.size,
        ...(sha256 === null ? {} : { sha256 }),
        ...(projectId === undefined ? {} : { project_id: projectId }),
      },
      signal,
    }),
  );
  const { id, state } = created.file;
  onCreated?.(id);
  if (state === "ready") return created.file;
  const onAbort = () => void deleteFile(id);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await putObject(created, file, signal, onPercent);
    onReading();
    return await whenRead(id, "/file/uploaded", signal);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Has the pages of a scan rendered, by which models see it. Resolves and rejects like `uploadFile`. */
export function renderPages(id: string, signal: AbortSignal): Promise<StoredFile> {
  return whenRead(id, "/file/page_images", signal);
}

/** The error of a file that cannot be read; null of one that was read. */
export function readingError({ state, error }: StoredFile): ApiError | null {
  if (state !== "failed") return null;
  return new ApiError({ status: 422, code: error?.code ?? "file_unreadable" });
}

/** Starts the reading by a call, and waits for its end: an event of the socket, or a poll. */
async function whenRead(
  id: string,
  call: "/file/uploaded" | "/file/page_images",
  signal: AbortSignal,
): Promise<StoredFile> {
  let wake = (): void => undefined;
  let pushed: StoredFile | null = null;
  const unsubscribe = chatSocket?.onFile((file) => {
    if (file.id !== id) return;
    pushed = file;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (pushed !== null || signal.aborted) wake();
    });
  try {
    let file: StoredFile = await body(api.POST(call, { body: { id }, signal }));
    let failed = 0;
    for (let ms = FIRST_POLL_MS; !hasEnded(file); ms = Math.min(ms * 1.5, LONGEST_POLL_MS)) {
      await pause(document.hidden ? HIDDEN_POLL_MS : ms);
      signal.throwIfAborted();
      const polled: StoredFile | ApiError = pushed ?? (await poll(id, signal));
      failed = polled instanceof ApiError ? failed + 1 : 0;
      if (!(polled instanceof ApiError)) file = polled;
      else if (failed >= MAX_FAILED_POLLS) throw polled;
    }
    return file;
  } finally {
    unsubscribe?.();
    signal.removeEventListener("abort", onAbort);
  }
}

function hasEnded({ state }: StoredFile): boolean {
  return state === "ready" || state === "failed";
}

/** The file's state; or the error of a poll that is repeated, as when the server cannot be reached. */
async function poll(id: string, signal: AbortSignal): Promise<StoredFile | ApiError> {
  try {
    return await body(api.GET("/file/{file_id}", { params: { path: { file_id: id } }, signal }));
  } catch (error) {
    const caught = toApiError(error);
    if (signal.aborted || !caught.transient) throw error;
    return caught;
  }
}

/** SHA-256 in hex; null in a page without a secure context, which has no WebCrypto. */
async function digestOf(file: Blob): Promise<string | null> {
  if (!("subtle" in crypto)) return null;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A name that the backend accepts. */
function nameOf({ name }: File): string {
  const characters = [...name.replace(/[/\\\p{Cc}]/gu, "_")];
  return characters.slice(-MAX_NAME_LENGTH).join("");
}
