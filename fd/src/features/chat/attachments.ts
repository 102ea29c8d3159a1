// Image attachments of a message: validated, downscaled if necessary, and uploaded directly to the object store with a
// presigned URL.
import { useRef } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import { api, body } from "@/api/client";
import { ApiError, isAbort, toApiError } from "@/api/errors";
import type { ImagePart, Upload } from "@/api/types";
import { shrinkImage } from "./shrink-image";

export const MAX_IMAGES = 10;

type Suffix = "jpg" | "png" | "gif" | "webp";

const SUFFIXES: Readonly<Record<string, Suffix>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
};
export const ACCEPTED_TYPES = Object.keys(SUFFIXES).join(",");

export interface Attachment {
  readonly id: number;
  readonly name: string;
  readonly file: Blob;
  /** Object URL of the file, valid in this page. */
  readonly previewUrl: string;
  readonly state: "waiting" | "uploading" | "uploaded" | "failed";
  /** Upload progress in per cent, 0 to 100. */
  readonly percent: number;
  readonly key: string | null;
  readonly error: ApiError | null;
  /** Its message is being sent; the composer does not show it any more. */
  readonly sending: boolean;
}

export type AttachmentProblem =
  | { kind: "unsupported"; name: string }
  | { kind: "too-many" }
  | { kind: "too-large"; name: string; maxBytes: number };

let lastId = 0;

/** The images of one composer, with their uploads. */
export class AttachmentTray {
  readonly store: StoreApi<{ items: readonly Attachment[]; problem: AttachmentProblem | null }> = createStore(
    () => ({
      items: [],
      problem: null,
    }),
  );
  readonly #uploads = new Map<number, { done: Promise<void>; abort: AbortController }>();

  /** Adds the images among the files; starts their uploads if the conversation exists already. */
  add(files: Iterable<File>, conversationId: string | null): void {
    let problem: AttachmentProblem | null = null;
    const items = [...this.#items];
    for (const file of files) {
      if (!(file.type in SUFFIXES)) {
        problem = { kind: "unsupported", name: file.name };
      } else if (items.filter(({ sending }) => !sending).length >= MAX_IMAGES) {
        problem = { kind: "too-many" };
      } else {
        lastId += 1;
        items.push({
          id: lastId,
          name: file.name,
          file,
          previewUrl: URL.createObjectURL(file),
          state: "waiting",
          percent: 0,
          key: null,
          error: null,
          sending: false,
        });
      }
    }
    this.store.setState({ items, problem });
    if (conversationId !== null) this.#start(conversationId);
  }

  remove(id: number): void {
    const item = this.#items.find((candidate) => candidate.id === id);
    if (!item) return;
    this.#uploads.get(id)?.abort.abort();
    this.#uploads.delete(id);
    URL.revokeObjectURL(item.previewUrl);
    this.store.setState({ items: this.#items.filter((candidate) => candidate !== item), problem: null });
  }

  retry(id: number, conversationId: string): void {
    this.#change(id, { state: "waiting", error: null, percent: 0 });
    this.#start(conversationId);
  }

  dismissProblem(): void {
    this.store.setState({ problem: null });
  }

  /** Begins a message with the images in the tray, which the composer then does not show any more. */
  take(): readonly Attachment[] {
    const items = this.#items.filter(({ sending }) => !sending);
    for (const { id } of items) this.#change(id, { sending: true });
    if (items.length > 0) this.dismissProblem();
    return items;
  }

  /**
   * Waits until the images of a message are uploaded, retrying failed uploads once, and removes them; the message shows
   * them by their object URLs. Throws the ApiError of the first failure; all of them are then in the tray again.
   */
  async upload(taken: readonly Attachment[], conversationId: string): Promise<ImagePart[]> {
    const current = () =>
      taken.map(({ id }) => this.#items.find((item) => item.id === id)).filter((item) => item !== undefined);
    for (const item of current()) {
      if (item.state === "failed") this.#change(item.id, { state: "waiting", error: null, percent: 0 });
    }
    this.#start(conversationId);
    await Promise.all(taken.map(({ id }) => this.#uploads.get(id)?.done));
    const items = current();
    const failed = items.find((item) => item.state !== "uploaded");
    // An image that is too large even when downscaled was removed.
    if (failed || items.length < taken.length) {
      this.putBack(taken);
      throw failed?.error ?? new ApiError({ status: 0, code: "upload_failed" });
    }
    const sent = new Set(taken.map(({ id }) => id));
    for (const id of sent) this.#uploads.delete(id);
    this.store.setState({ items: this.#items.filter(({ id }) => !sent.has(id)) });
    return items.map((item) => shownImage(item));
  }

  /** The message could not be sent: shows its images in the composer again. */
  putBack(taken: readonly Attachment[]): void {
    for (const { id } of taken) this.#change(id, { sending: false });
  }

  #start(conversationId: string): void {
    for (const item of this.#items) {
      if (item.state !== "waiting") continue;
      const abort = new AbortController();
      this.#change(item.id, { state: "uploading" });
      this.#uploads.set(item.id, { abort, done: this.#upload(item, conversationId, abort.signal) });
    }
  }

  async #upload(item: Attachment, conversationId: string, signal: AbortSignal): Promise<void> {
    try {
      let file = item.file;
      let upload = await requestUpload(conversationId, file);
      if (file.size > upload.max_bytes) {
        const smaller = await shrinkImage(file, upload.max_bytes);
        if (!smaller) {
          this.remove(item.id);
          this.store.setState({
            problem: { kind: "too-large", name: item.name, maxBytes: upload.max_bytes },
          });
          return;
        }
        file = smaller;
        upload = await requestUpload(conversationId, file);
      }
      await putObject(upload, file, signal, (percent) => this.#change(item.id, { percent }));
      this.#change(item.id, { state: "uploaded", percent: 100, key: upload.key });
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

/** A composer's tray, initially empty. */
export function useAttachmentTray(): AttachmentTray {
  const tray = useRef<AttachmentTray>(null);
  tray.current ??= new AttachmentTray();
  return tray.current;
}

/** The images in the composer. */
export function useAttachments(tray: AttachmentTray) {
  const { items, problem } = useStore(tray.store);
  return { items: items.filter(({ sending }) => !sending), problem };
}

/** The part of a message that shows the image in this page. Its key is empty before the upload. */
export function shownImage({ previewUrl, key }: Attachment): ImagePart {
  return { type: "image_url", image_url: { url: previewUrl, key: key ?? "" } };
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

/** PUTs the bytes with the signed headers. XMLHttpRequest, because fetch does not report upload progress. */
function putObject(
  upload: Upload,
  file: Blob,
  signal: AbortSignal,
  onPercent: (percent: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = (status: number) => reject(new ApiError({ status, code: "upload_failed" }));
    const abort = () => {
      request.abort();
      reject(new DOMException("aborted", "AbortError"));
    };
    if (signal.aborted) return abort();
    request.open("PUT", upload.upload_url);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onPercent(Math.round((loaded / total) * 100));
    request.onload = () => (request.status >= 200 && request.status < 300 ? resolve() : fail(request.status));
    request.onerror = () => fail(0);
    signal.addEventListener("abort", abort, { once: true });
    request.send(file);
  });
}
