// Attachments of a message, uploaded directly to the object store with a presigned URL: images, downscaled if necessary,
// and files, whose text the backend reads.
import { createStore, type StoreApi, useStore } from "zustand";
import { api, body } from "@/api/client";
import { ApiError, isAbort, toApiError } from "@/api/errors";
import { deleteFile } from "@/api/files";
import { putObject } from "@/api/put-object";
import type { FilePart, ImagePart, StoredFile, Upload } from "@/api/types";
import { MAX_FILE_MEGABYTES } from "@/features/files";
import { shrinkImage } from "./shrink-image";

export const MAX_IMAGES = 10;
export const MAX_FILES = 10;

type Suffix = "jpg" | "png" | "gif" | "webp";

const SUFFIXES: Readonly<Record<string, Suffix>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
};
/** Drawings in SVG are read as text. */
const SVG = "image/svg+xml";

export interface Attachment {
  readonly id: number;
  readonly kind: "image" | "file";
  readonly name: string;
  readonly file: File;
  /** Object URL of an image, valid in this page; empty for a file. */
  readonly previewUrl: string;
  /** `reading`: the backend reads the text of an uploaded file. */
  readonly state: "waiting" | "uploading" | "reading" | "ready" | "failed";
  /** Upload progress in per cent, 0 to 100. */
  readonly percent: number;
  /** An uploaded image's key. */
  readonly key: string | null;
  /** A file whose reading has ended. */
  readonly stored: StoredFile | null;
  readonly error: ApiError | null;
  /** Its message is being sent; the composer does not show it any more. */
  readonly sending: boolean;
}

export type AttachmentProblem =
  | { kind: "unsupported"; name: string }
  | { kind: "too-many" }
  | { kind: "too-many-files" }
  | { kind: "too-large"; name: string; maxMegabytes: number };

let lastId = 0;

/** The images and files of one conversation's composer, with their uploads. */
export class AttachmentTray {
  readonly store: StoreApi<{ items: readonly Attachment[]; problem: AttachmentProblem | null }> = createStore(
    () => ({
      items: [],
      problem: null,
    }),
  );
  readonly #uploads = new Map<number, { done: Promise<void>; abort: AbortController }>();

  /** Adds images and files, and starts their uploads; images wait until the conversation exists. */
  add(files: Iterable<File>, conversationId: string | null): void {
    let problem: AttachmentProblem | null = null;
    const items = [...this.#items];
    for (const file of files) {
      const kind = kindOf(file);
      const count = items.filter((item) => !item.sending && item.kind === kind).length;
      if (kind === null) {
        problem = { kind: "unsupported", name: file.name };
      } else if (count >= (kind === "image" ? MAX_IMAGES : MAX_FILES)) {
        problem = { kind: kind === "image" ? "too-many" : "too-many-files" };
      } else if (kind === "file" && file.size > MAX_FILE_MEGABYTES * 1_000_000) {
        problem = { kind: "too-large", name: file.name, maxMegabytes: MAX_FILE_MEGABYTES };
      } else {
        lastId += 1;
        items.push({
          id: lastId,
          kind,
          name: file.name,
          file,
          previewUrl: kind === "image" ? URL.createObjectURL(file) : "",
          state: "waiting",
          percent: 0,
          key: null,
          stored: null,
          error: null,
          sending: false,
        });
      }
    }
    this.store.setState({ items, problem });
    this.#start(conversationId);
  }

  remove(id: number): void {
    const item = this.#items.find((candidate) => candidate.id === id);
    if (!item) return;
    this.#uploads.get(id)?.abort.abort();
    this.#uploads.delete(id);
    if (item.kind === "image") URL.revokeObjectURL(item.previewUrl);
    if (item.stored) void deleteFile(item.stored.id);
    this.store.setState({ items: this.#items.filter((candidate) => candidate !== item), problem: null });
  }

  retry(id: number, conversationId: string | null): void {
    this.#change(id, { state: "waiting", error: null, percent: 0 });
    this.#start(conversationId);
  }

  /** Sends a scan as images of its pages. */
  sendAsPages(id: number): void {
    const fileId = this.#items.find((item) => item.id === id)?.stored?.id;
    if (fileId === undefined) return;
    const abort = new AbortController();
    this.#change(id, { state: "reading", error: null });
    this.#uploads.set(id, { abort, done: this.#renderPages(id, fileId, abort.signal) });
  }

  dismissProblem(): void {
    this.store.setState({ problem: null });
  }

  /**
   * Begins a message with the attachments in the tray, which the composer then does not show any more. Files that failed
   * stay there.
   */
  take(): readonly Attachment[] {
    const items = this.#items.filter((item) => !item.sending && isSendable(item));
    for (const { id } of items) this.#change(id, { sending: true });
    if (items.length > 0) this.dismissProblem();
    return items;
  }

  /**
   * Waits until the images of a message are uploaded, retrying failed uploads once, and its files read, and removes them;
   * the message shows the images by their object URLs. Throws the ApiError of the first failure; all of them are then in the tray again.
   */
  async upload(taken: readonly Attachment[], conversationId: string): Promise<(ImagePart | FilePart)[]> {
    const current = () =>
      taken.map(({ id }) => this.#items.find((item) => item.id === id)).filter((item) => item !== undefined);
    for (const item of current()) {
      if (item.state === "failed") this.#change(item.id, { state: "waiting", error: null, percent: 0 });
    }
    this.#start(conversationId);
    await Promise.all(taken.map(({ id }) => this.#uploads.get(id)?.done));
    const items = current();
    const failed = items.find((item) => item.state !== "ready");
    // An image that is too large even when downscaled was removed.
    if (failed || items.length < taken.length) {
      this.putBack(taken);
      throw failed?.error ?? new ApiError({ status: 0, code: "upload_failed" });
    }
    const sent = new Set(taken.map(({ id }) => id));
    for (const id of sent) this.#uploads.delete(id);
    this.store.setState({ items: this.#items.filter(({ id }) => !sent.has(id)) });
    return items.map(shownAttachment);
  }

  /** The message could not be sent: shows its attachments in the composer again. */
  putBack(taken: readonly Attachment[]): void {
    for (const { id } of taken) this.#change(id, { sending: false });
  }

  /** Ends the uploads at the end of the session. */
  close(): void {
    for (const { abort } of this.#uploads.values()) abort.abort();
    this.#uploads.clear();
    for (const { kind, previewUrl } of this.#items) if (kind === "image") URL.revokeObjectURL(previewUrl);
    this.store.setState({ items: [], problem: null });
  }

  #start(conversationId: string | null): void {
    for (const item of this.#items) {
      if (item.state !== "waiting") continue;
      const abort = new AbortController();
      const upload =
        item.kind === "file"
          ? () => this.#uploadFile(item, abort.signal)
          : conversationId !== null && (() => this.#uploadImage(item, conversationId, abort.signal));
      if (!upload) continue;
      this.#change(item.id, { state: "uploading" });
      this.#uploads.set(item.id, { abort, done: upload() });
    }
  }

  async #uploadFile(item: Attachment, signal: AbortSignal): Promise<void> {
    try {
      const { readingError, uploadFile } = await import("@/features/files/pages");
      const stored = await uploadFile(item.file, signal, {
        onPercent: (percent) => this.#change(item.id, { percent }),
        onReading: () => this.#change(item.id, { state: "reading", percent: 100 }),
      });
      this.#setRead(item.id, stored, readingError(stored));
    } catch (error) {
      if (!isAbort(error)) this.#change(item.id, { state: "failed", error: toApiError(error) });
    }
  }

  async #renderPages(id: number, fileId: string, signal: AbortSignal): Promise<void> {
    try {
      const { readingError, renderPages } = await import("@/features/files/pages");
      const stored = await renderPages(fileId, signal);
      this.#setRead(id, stored, readingError(stored));
    } catch (error) {
      if (!isAbort(error)) this.#change(id, { state: "failed", error: toApiError(error) });
    }
  }

  /** The reading of a file has ended. */
  #setRead(id: number, stored: StoredFile, error: ApiError | null): void {
    this.#change(id, { state: error ? "failed" : "ready", percent: 100, stored, error });
  }

  async #uploadImage(item: Attachment, conversationId: string, signal: AbortSignal): Promise<void> {
    try {
      let file: Blob = item.file;
      let upload = await requestUpload(conversationId, file);
      if (file.size > upload.max_bytes) {
        const smaller = await shrinkImage(file, upload.max_bytes);
        if (!smaller) {
          this.remove(item.id);
          this.store.setState({
            problem: { kind: "too-large", name: item.name, maxMegabytes: upload.max_bytes / 1_048_576 },
          });
          return;
        }
        file = smaller;
        upload = await requestUpload(conversationId, file);
      }
      await putObject(upload, file, signal, (percent) => this.#change(item.id, { percent }));
      this.#change(item.id, { state: "ready", percent: 100, key: upload.key });
    } catch (error) {
      if (!isAbort(error)) this.#change(item.id, { state: "failed", error: toApiError(error) });
    }
  }

  get #items(): readonly Attachment[] {
    return this.store.getState().items;
  }

  #change(id: number, update: Partial<Attachment>): void {
    this.store.setState(({ items }) => ({
      items: items.map((item) => (item.id === id ? { ...item, ...update } : item)),
    }));
  }
}

/** The images and files in the composer. */
export function useAttachments(tray: AttachmentTray) {
  const { items, problem } = useStore(tray.store);
  return { items: items.filter(({ sending }) => !sending), problem };
}

/** Whether a message can be sent with it: a failed file stays in the composer, a failed image is uploaded again. */
export function isSendable({ kind, state }: Attachment): boolean {
  return kind === "image" || state !== "failed";
}

/** The part of a message that shows the attachment in this page. Its key, or its id, is empty before the upload. */
export function shownAttachment({
  kind,
  name,
  file,
  previewUrl,
  key,
  stored,
}: Attachment): ImagePart | FilePart {
  if (kind === "image") return { type: "image_url", image_url: { url: previewUrl, key: key ?? "" } };
  return {
    type: "file",
    file: {
      id: stored?.id ?? "",
      name: stored?.name ?? name,
      media_type: stored?.media_type ?? file.type,
      size: file.size,
      pages: stored?.pages ?? null,
      tokens: stored?.tokens ?? 0,
      ...(stored?.page_images ? { images: stored.page_images.count } : {}),
    },
  };
}

/** How a file is attached; null: an image in a format that models do not take. */
function kindOf({ type }: File): Attachment["kind"] | null {
  if (type in SUFFIXES) return "image";
  return type.startsWith("image/") && type !== SVG ? null : "file";
}

async function requestUpload(conversationId: string, file: Blob): Promise<Upload> {
  const suffix = SUFFIXES[file.type] ?? "jpg";
  const { items } = await body(
    api.POST("/chat/get_upload_presigned_url", {
      body: { conversation_id: conversationId, suffixes: [suffix] },
    }),
  );
  const [upload] = items;
  if (!upload) throw new ApiError({ status: 0, code: "upload_failed" });
  return upload;
}
