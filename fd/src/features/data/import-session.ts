// The import of this page: its state outlives the settings page, so that the user can go on chatting meanwhile.
import { create } from "zustand";
import { inBatches } from "@/api/batches";
import { api, session } from "@/api/client";
import { type ApiError, isAbort, toApiError } from "@/api/errors";
import type { ImportWords } from "./export-reader";
import { ImportedProjects, importAccount } from "./import-account";
import type { Outcome } from "./import-outcome";
import { type ImportSource, runImport } from "./import-run";
import { CreatedRows, deleteCreated } from "./import-undo";
import type { Listed, Scanned, WorkerAnswer, WorkerRequest } from "./import-worker";
import { EMPTY_ACCOUNT } from "./read-own";

export type ImportPhase = "idle" | "scanning" | "preview" | "importing" | "done" | "undone";

export interface ImportState {
  readonly phase: ImportPhase;
  /** Part of the files that was read, 0 to 1. */
  readonly share: number;
  readonly scanned: Scanned;
  /** Keys of the conversations that are to be imported. */
  readonly chosen: ReadonlySet<string>;
  readonly outcomes: readonly Outcome[];
  /** Rows besides conversations. */
  readonly created: CreatedRows;
  readonly cancelled: boolean;
  readonly error: ApiError | null;
}

const NOTHING: Scanned = {
  listed: [],
  problems: [],
  account: EMPTY_ACCOUNT,
};
const IDLE: ImportState = {
  phase: "idle",
  share: 0,
  scanned: NOTHING,
  chosen: new Set(),
  outcomes: [],
  created: new CreatedRows(),
  cancelled: false,
  error: null,
};

export const useImport = create<ImportState>(() => IDLE);

session.onUserChange(() => resetImport());

let worker: ReaderWorker | null = null;
let running: AbortController | null = null;

/** Reads the chosen files, for the preview. */
export async function scanFiles(files: readonly File[], words: ImportWords): Promise<void> {
  resetImport();
  const opened = new ReaderWorker((share) => useImport.setState({ share }));
  worker = opened;
  useImport.setState({ ...IDLE, phase: "scanning" });
  try {
    const scanned = await opened.scan(files, words);
    if (worker !== opened) return;
    useImport.setState({ phase: "preview", scanned, chosen: new Set(scanned.listed.map(({ key }) => key)) });
  } catch (error) {
    if (worker === opened) useImport.setState({ ...IDLE, error: toApiError(error) });
  }
}

/** Chooses conversations for the import, or leaves them out. */
export function choose(listed: readonly Listed[], chosen: boolean): void {
  const keys = new Set(useImport.getState().chosen);
  for (const { key } of listed)
    if (chosen) keys.add(key);
    else keys.delete(key);
  useImport.setState({ chosen: keys });
}

/** Imports what is chosen. `onChange`: conversations have been added. */
export async function startImport(words: ImportWords, onChange: () => void): Promise<void> {
  const reader = worker;
  if (!reader) return;
  const controller = new AbortController();
  running = controller;
  const { chosen, scanned } = useImport.getState();
  const created = new CreatedRows();
  useImport.setState({ phase: "importing", outcomes: [], created, cancelled: false, error: null });
  const add = (added: readonly Outcome[]) => {
    if (running === controller) useImport.setState(({ outcomes }) => ({ outcomes: [...outcomes, ...added] }));
  };
  try {
    const projects = new ImportedProjects(scanned.account.projects, created, controller.signal);
    const source = reader.source(chosen);
    await importAccount(scanned.account, projects, source, created, add, controller.signal);
    await runImport(source, projects, words, add, controller.signal);
  } catch (error) {
    if (running === controller && !isAbort(error)) useImport.setState({ error: toApiError(error) });
  }
  if (running !== controller) return;
  running = null;
  useImport.setState({ phase: "done", cancelled: controller.signal.aborted });
  onChange();
}

/** Ends the import; what was imported stays. */
export function cancelImport(): void {
  running?.abort();
}

/**
 * Moves the conversations that this import created to the bin, and deletes the rest of what it created where that is as
 * the import left it. Settings stay.
 */
export async function undoImport(onChange: () => void): Promise<void> {
  const { outcomes, created } = useImport.getState();
  const isShown = () => useImport.getState().created === created;
  const ids = outcomes.flatMap((outcome) => (outcome.state === "imported" ? [outcome.id] : []));
  try {
    await inBatches(ids, (batch) => api.POST("/conversation/delete", { body: { ids: batch } }));
    await deleteCreated(created);
    if (isShown()) useImport.setState({ phase: "undone" });
  } catch (error) {
    if (isShown()) useImport.setState({ error: toApiError(error) });
  }
  onChange();
}

export function resetImport(): void {
  running?.abort();
  running = null;
  worker?.close();
  worker = null;
  useImport.setState(IDLE);
}

/** The worker's requests, one at a time. */
class ReaderWorker {
  readonly #worker = new Worker(new URL("./import-worker.ts", import.meta.url), { type: "module" });
  #answered: ((answer: WorkerAnswer) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  constructor(onProgress: (share: number) => void) {
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      if (data.type === "progress") onProgress(data.share);
      else if (data.type === "error") this.#failed?.(new Error(data.message));
      else this.#answered?.(data);
    };
    this.#worker.onerror = () => this.#failed?.(new Error("the worker failed"));
  }

  async scan(files: readonly File[], words: ImportWords): Promise<Scanned> {
    const answer = await this.#ask({ type: "scan", files, words });
    return answer.type === "scanned" ? answer.scanned : NOTHING;
  }

  source(chosen: ReadonlySet<string>): ImportSource {
    let first = true;
    return {
      next: async () => {
        const answer = await this.#ask({ type: "next", chosen, first });
        first = false;
        return answer.type === "batch" ? answer.conversations : [];
      },
      image: async (source) => {
        const answer = await this.#ask({ type: "image", source });
        return answer.type === "image" ? answer.blob : null;
      },
      document: async (source) => {
        const answer = await this.#ask({ type: "document", source });
        return answer.type === "document" ? answer.blob : null;
      },
    };
  }

  close(): void {
    this.#worker.terminate();
  }

  #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#worker.postMessage(request);
    });
  }
}
