// Import of what an account's export has besides conversations: projects with their documents, prompts, tool servers and
// settings. What the account has already stays as it is.
import { api, body } from "@/api/client";
import { ApiError, isAbort, toApiError } from "@/api/errors";
import type { ProjectCreate, ToolServer, UserSettings } from "@/api/types";
import { applyPreferences } from "./browser-preferences";
import type { FoundTool } from "./conversation-body";
import { type DocumentReader, uploadDocument } from "./import-documents";
import type { Outcome } from "./import-outcome";
import type { CreatedRows } from "./import-undo";
import type { FoundAccount, FoundProject, FoundServer, FoundSettings } from "./read-own";

/** The ids of projects by name; one that the account does not have is created as the export describes it. */
export class ImportedProjects {
  readonly #described: ReadonlyMap<string, FoundProject>;
  readonly #created: CreatedRows;
  readonly #signal: AbortSignal;
  #ids: Promise<Map<string, string>> | null = null;
  #models: Promise<Map<string, string>> | null = null;
  #servers: Promise<Map<string, string>> | null = null;

  constructor(described: readonly FoundProject[], created: CreatedRows, signal: AbortSignal) {
    this.#described = new Map(described.map((project) => [project.name, project]));
    this.#created = created;
    this.#signal = signal;
  }

  async idOf(name: string): Promise<string> {
    this.#ids ??= this.#list();
    const ids = await this.#ids;
    const known = ids.get(name);
    if (known !== undefined) return known;
    const described = this.#described.get(name);
    const { pinned = false, archived = false, icon = null, instructions = "" } = described ?? {};
    const model = await this.modelOf(described?.model ?? null);
    const tools = await this.toolsOf(described?.tools ?? []);
    const fields: ProjectCreate = {
      name,
      ...(icon !== null && { icon }),
      ...(instructions !== "" && { instructions }),
      ...(model !== undefined && { model_config_id: model }),
      ...(tools.length > 0 && { tools }),
    };
    let project = await body(api.POST("/project/create", { body: fields, signal: this.#signal }));
    const { id } = project;
    ids.set(name, id);
    if (pinned || archived)
      project = await body(
        api.POST("/project/update", { body: { id, pinned, archived }, signal: this.#signal }),
      );
    this.#created.projects.push(project);
    return id;
  }

  /** The id of the account's model of this name; undefined when it has none. */
  async modelOf(name: string | null): Promise<string | undefined> {
    if (name === null) return undefined;
    this.#models ??= this.#listModels();
    return (await this.#models).get(name);
  }

  /** The choice of those tools that the account has. */
  async toolsOf(tools: readonly FoundTool[]): Promise<NonNullable<ProjectCreate["tools"]>> {
    const chosen: NonNullable<ProjectCreate["tools"]> = [];
    for (const tool of tools) {
      if (typeof tool === "string") {
        chosen.push(tool as (typeof chosen)[number]);
        continue;
      }
      this.#servers ??= this.#listServers();
      const server_id = (await this.#servers).get(tool.url);
      if (server_id !== undefined) chosen.push({ server_id, ...(tool.names && { names: [...tool.names] }) });
    }
    return chosen;
  }

  async #listModels(): Promise<Map<string, string>> {
    const { items } = await body(api.GET("/model_config", { signal: this.#signal }));
    return new Map(items.map(({ id, name }) => [name, id]));
  }

  async #listServers(): Promise<Map<string, string>> {
    const { items } = await body(api.GET("/tool", { signal: this.#signal }));
    return new Map(items.map(({ id, url }) => [url, id]));
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
  { projects, prompts, servers, settings, preferences }: FoundAccount,
  ids: ImportedProjects,
  reader: DocumentReader,
  created: CreatedRows,
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
  if (servers.length > 0) {
    let known: ReadonlySet<string> = new Set();
    await attempt("servers", servers[0]?.name ?? "", async () => {
      const { items } = await body(api.GET("/tool", { signal }));
      known = new Set(items.map(({ url }) => url));
    });
    for (const server of servers)
      await attempt(`server ${server.url}`, server.name, async () => {
        if (!known.has(server.url)) created.servers.push(await createServer(server, signal));
      });
  }
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
          created.fileIds.add(uploaded);
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
        created.prompts.push(
          await body(api.POST("/prompt/create", { body: { project_id, command, title, text }, signal })),
        );
      });
  }
  if (settings !== null)
    await attempt("settings", settings.instructions?.slice(0, 40) ?? "", () =>
      importSettings(settings, ids, signal),
    );
  if (preferences !== null) await applyPreferences(preferences);
}

/** Its token or authorization is not in an export. */
function createServer({ name, url, auth, policy }: FoundServer, signal: AbortSignal): Promise<ToolServer> {
  return body(
    api.POST("/tool/create", {
      body: { name, url, auth, policy: { ...policy } },
      signal,
    }),
  );
}

/** Sets those that the account has not set. */
async function importSettings(
  { model, ...found }: FoundSettings,
  ids: ImportedProjects,
  signal: AbortSignal,
): Promise<void> {
  const own = await body(api.GET("/user/me/settings", { signal }));
  const wanted: Partial<UserSettings> = {
    ...found,
    default_model_config_id: (await ids.modelOf(model)) ?? null,
  };
  const changes = Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => value !== null && (own[name as keyof UserSettings] ?? null) === null,
    ),
  );
  if (Object.keys(changes).length > 0) await api.POST("/user/me/settings", { body: changes, signal });
}
