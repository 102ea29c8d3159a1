// Import of what an account's export has besides conversations: projects with their documents, prompts and the user's
// instructions. What the account has already stays as it is.
import { api, body } from "@/api/client";
import { ApiError, isAbort, toApiError } from "@/api/errors";
import type { ProjectCreate } from "@/api/types";
import { type DocumentReader, uploadDocument } from "./import-documents";
import type { Outcome } from "./import-outcome";
import type { FoundAccount, FoundProject } from "./read-own";

/** The ids of projects by name; one that the account does not have is created as the export describes it. */
export class ImportedProjects {
  readonly #described: ReadonlyMap<string, FoundProject>;
  readonly #signal: AbortSignal;
  #ids: Promise<Map<string, string>> | null = null;
  #models: Promise<Map<string, string>> | null = null;

  constructor(described: readonly FoundProject[], signal: AbortSignal) {
    this.#described = new Map(described.map((project) => [project.name, project]));
    this.#signal = signal;
  }

  async idOf(name: string): Promise<string> {
    this.#ids ??= this.#list();
    const ids = await this.#ids;
    const known = ids.get(name);
    if (known !== undefined) return known;
    const described = this.#described.get(name);
    const { pinned = false, archived = false, icon = null, instructions = "", tools = [] } = described ?? {};
    const model = await this.#modelOf(described?.model ?? null);
    const created: ProjectCreate = {
      name,
      ...(icon !== null && { icon }),
      ...(instructions !== "" && { instructions }),
      ...(model !== undefined && { model_config_id: model }),
      ...(tools.length > 0 && { tools: [...tools] as NonNullable<ProjectCreate["tools"]> }),
    };
    const { id } = await body(api.POST("/project/create", { body: created, signal: this.#signal }));
    ids.set(name, id);
    if (pinned || archived)
      await api.POST("/project/update", {
        body: { id, pinned, archived },
        signal: this.#signal,
      });
    return id;
  }

  /** The id of the account's model of this name; undefined when it has none. */
  async #modelOf(name: string | null): Promise<string | undefined> {
    if (name === null) return undefined;
    this.#models ??= this.#listModels();
    return (await this.#models).get(name);
  }

  async #listModels(): Promise<Map<string, string>> {
    const { items } = await body(api.GET("/model_config", { signal: this.#signal }));
    return new Map(items.map(({ id, name }) => [name, id]));
  }

  async #list(): Promise<Map<string, string>> {
    const { items } = await body(api.GET("/project", { signal: this.#signal }));
    return new Map(items.map(({ id, name }) => [name, id]));
  }
}

/** Files of a project in one call. */
const MAX_LISTED = 200;

/** `onOutcome` receives what could not be imported. Throws on abort only. */
export async function importAccount(
  { projects, prompts, instructions }: FoundAccount,
  ids: ImportedProjects,
  reader: DocumentReader,
  onOutcome: (outcomes: readonly Outcome[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const attempt = async (key: string, title: string, action: () => Promise<unknown>) => {
    try {
      await action();
    } catch (error) {
      if (isAbort(error)) throw error;
      onOutcome([{ key, title, state: "failed", error: toApiError(error) }]);
    }
  };
  for (const { name, documents } of projects)
    await attempt(`project ${name}`, name, async () => {
      const id = await ids.idOf(name);
      if (documents.length === 0) return;
      const { items } = await body(
        api.GET("/file", { params: { query: { project_id: id, limit: MAX_LISTED } }, signal }),
      );
      const known = new Set(items.map((file) => file.name));
      for (const document of documents) {
        if (known.has(document.name)) continue;
        await attempt(`file ${document.entry}`, document.name, async () => {
          const uploaded = await uploadDocument(document, reader, signal, id);
          if (uploaded instanceof ApiError) throw uploaded;
        });
      }
    });
  if (prompts.length > 0) {
    let known = new Set<string>();
    const keyOf = (projectId: string | null, command: string) => `${projectId ?? ""} ${command}`;
    await attempt("prompts", prompts[0]?.title ?? "", async () => {
      const { items } = await body(api.GET("/prompt", { signal }));
      known = new Set(items.map(({ project_id, command }) => keyOf(project_id, command)));
    });
    for (const { project, command, title, text } of prompts)
      await attempt(`prompt ${project ?? ""} ${command}`, title, async () => {
        const project_id = project === null ? null : await ids.idOf(project);
        if (known.has(keyOf(project_id, command))) return;
        await api.POST("/prompt/create", { body: { project_id, command, title, text }, signal });
      });
  }
  if (instructions !== null)
    await attempt("instructions", instructions.slice(0, 40), async () => {
      const settings = await body(api.GET("/user/me/settings", { signal }));
      if (!settings.instructions) await api.POST("/user/me/settings", { body: { instructions }, signal });
    });
}
