// Uploads of files into a project.
import { createStore, type StoreApi, useStore } from "zustand";
import { api, session } from "@/api/client";
import { ApiError, isAbort, toApiError } from "@/api/errors";
import type { UploadedFile } from "./FileCard";
import { MAX_FILE_MEGABYTES } from "./limits";
import { readingError, uploadFile } from "./upload";

/** Uploads at the same time; each holds its file in memory while the digest is computed. */
const MAX_PARALLEL = 3;

export interface ProjectUpload extends UploadedFile {
  readonly key: number;
  /** The stored file's; null before it is created. */
  readonly id: string | null;
  readonly file: File;
}

/** By project: uploads go on while another page is open. */
const projects = new Map<string, ProjectUploads>();

session.onUserChange(() => {
  for (const uploads of projects.values()) uploads.giveUp();
  projects.clear();
});

/** The uploads of a project. `onStored`: refreshes the stored files. */
export function uploadsOf(projectId: string, onStored: () => Promise<void>): ProjectUploads {
  const uploads = projects.get(projectId) ?? new ProjectUploads(projectId);
  projects.set(projectId, uploads);
  uploads.onStored = onStored;
  return uploads;
}

/** Files on their way into a project. One that was read is removed after `onStored`. */
class ProjectUploads {
  onStored = async (): Promise<void> => undefined;
  readonly #projectId: string;
  readonly #store: StoreApi<{ readonly items: readonly ProjectUpload[] }> = createStore(() => ({
    items: [],
  }));
  readonly #aborts = new Map<number, AbortController>();
  #lastKey = 0;

  constructor(projectId: string) {
    this.#projectId = projectId;
  }

  useItems(): readonly ProjectUpload[] {
    return useStore(this.#store, ({ items }) => items);
  }

  add(files: readonly File[]): void {
    const added = files.map((file): ProjectUpload => {
      const isTooLarge = file.size > MAX_FILE_MEGABYTES * 1_000_000;
      this.#lastKey += 1;
      return {
        key: this.#lastKey,
        id: null,
        name: file.name,
        file,
        state: isTooLarge ? "failed" : "waiting",
        percent: 0,
        stored: null,
        error: isTooLarge ? new ApiError({ status: 413, code: "payload_too_large" }) : null,
      };
    });
    this.#store.setState(({ items }) => ({ items: [...items, ...added] }));
    this.#start();
  }

  remove(key: number): void {
    const item = this.#items.find((candidate) => candidate.key === key);
    this.#aborts.get(key)?.abort();
    // An upload that is aborted deletes its file.
    if (item?.state === "failed" && item.id !== null) this.#discard(item.id);
    this.#store.setState(({ items }) => ({ items: items.filter((candidate) => candidate.key !== key) }));
    this.#start();
  }

  retry(key: number): void {
    const item = this.#items.find((candidate) => candidate.key === key);
    if (item?.id) this.#discard(item.id);
    this.#change(key, { state: "waiting", id: null, percent: 0, error: null });
    this.#start();
  }

  /** Ends all of them. */
  giveUp(): void {
    this.#store.setState({ items: [] });
    for (const abort of this.#aborts.values()) abort.abort();
  }

  #start(): void {
    for (const item of this.#items) {
      if (this.#aborts.size >= MAX_PARALLEL) return;
      if (item.state === "waiting") void this.#upload(item);
    }
  }

  async #upload({ key, file }: ProjectUpload): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(key, abort);
    this.#change(key, { state: "uploading" });
    try {
      const stored = await uploadFile(
        file,
        abort.signal,
        {
          onCreated: (id) => this.#change(key, { id }),
          onPercent: (percent) => this.#change(key, { percent }),
          onReading: () => this.#change(key, { state: "reading", percent: 100 }),
        },
        this.#projectId,
      );
      const error = readingError(stored);
      // The stored file of a scan offers to add its pages as images.
      if (error && !stored.page_images) throw error;
      await this.onStored();
      this.#store.setState(({ items }) => ({ items: items.filter((item) => item.key !== key) }));
    } catch (error) {
      if (!isAbort(error)) this.#change(key, { state: "failed", error: toApiError(error) });
    } finally {
      this.#aborts.delete(key);
      this.#start();
    }
  }

  /** Deletes the stored file of a failed upload. On failure it stays in the project's list, where it can be removed. */
  #discard(id: string): void {
    void api
      .POST("/file/delete", { body: { ids: [id] } })
      .then(() => this.onStored())
      .catch(() => undefined);
  }

  get #items(): readonly ProjectUpload[] {
    return this.#store.getState().items;
  }

  #change(key: number, update: Partial<ProjectUpload>): void {
    this.#store.setState(({ items }) => ({
      items: items.map((item) => (item.key === key ? { ...item, ...update } : item)),
    }));
  }
}
