// Undo of what an import created besides conversations: only what is still as the import left it is deleted.
import { inBatches } from "@/api/batches";
import { api, body } from "@/api/client";
import type { Project, Prompt, StoredFile, ToolServer } from "@/api/types";

/** Rows that an import created, as they were then. */
export class CreatedRows {
  readonly projects: Project[] = [];
  readonly prompts: Prompt[] = [];
  readonly servers: ToolServer[] = [];
  /** Ids of files of projects. */
  readonly fileIds = new Set<string>();

  get isEmpty(): boolean {
    return this.projects.length + this.prompts.length + this.servers.length + this.fileIds.size === 0;
  }
}

/** Files of a project in one call. */
const MAX_LISTED = 200;

/** Call it when the imported conversations are in the bin: a project that has others stays. */
export async function deleteCreated(created: CreatedRows): Promise<void> {
  if (created.prompts.length > 0) {
    const { items } = await body(api.GET("/prompt"));
    const ids = unchanged(created.prompts, items);
    if (ids.length > 0) await api.POST("/prompt/delete", { body: { ids } });
  }
  await inBatches([...created.fileIds], (ids) => api.POST("/file/delete", { body: { ids } }));
  if (created.projects.length > 0) {
    const { items } = await body(api.GET("/project"));
    const ids: string[] = [];
    for (const id of unchanged(created.projects, items)) if (await isEmptyProject(id)) ids.push(id);
    if (ids.length > 0) await api.POST("/project/delete", { body: { ids, delete_conversations: false } });
  }
  if (created.servers.length > 0) {
    const { items } = await body(api.GET("/tool"));
    const ids = created.servers.filter((server) => isUnused(server, items)).map(({ id }) => id);
    if (ids.length > 0) await api.POST("/tool/delete", { body: { ids } });
  }
}

type Dated = { id: string; updated_at: string };

function unchanged(created: readonly Dated[], now: readonly Dated[]): string[] {
  const times = new Map(now.map(({ id, updated_at }) => [id, updated_at]));
  return created.filter(({ id, updated_at }) => times.get(id) === updated_at).map(({ id }) => id);
}

/** Whether a project has no conversations, files and prompts. */
async function isEmptyProject(id: string): Promise<boolean> {
  const { items: conversations } = await body(
    api.GET("/conversation", { params: { query: { project_id: id, archived: "any", limit: 1 } } }),
  );
  if (conversations.length > 0) return false;
  const { items: files }: { items: StoredFile[] } = await body(
    api.GET("/file", { params: { query: { project_id: id, limit: MAX_LISTED } } }),
  );
  if (files.length > 0) return false;
  const { items: prompts } = await body(api.GET("/prompt"));
  return prompts.every(({ project_id }) => project_id !== id);
}

/** Whether a server was neither changed nor connected since. */
function isUnused(created: ToolServer, now: readonly ToolServer[]): boolean {
  const server = now.find(({ id }) => id === created.id);
  return server !== undefined && shape(server) === shape(created);
}

function shape({ name, url, auth, connected, policy }: ToolServer): string {
  return JSON.stringify([name, url, auth, connected, Object.entries(policy).sort()]);
}
