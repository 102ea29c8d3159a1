// Undo of what an import created besides conversations, against a stand-in of the backend.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Project, Prompt, ToolServer } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { CreatedRows, deleteCreated } from "./import-undo";

const TIME = "2026-01-01T00:00:00Z";
const LATER = "2026-01-02T00:00:00Z";
const PROJECT: Project = {
  id: "garden",
  name: "Garden",
  icon: null,
  instructions: "",
  model_config_id: null,
  tools: null,
  pinned: false,
  archived: false,
  created_at: TIME,
  updated_at: TIME,
};
const PROMPT: Prompt = {
  id: "plan",
  project_id: "garden",
  command: "plan",
  title: "Plan",
  text: "Plan it",
  created_at: TIME,
  updated_at: TIME,
};
const SERVER: ToolServer = {
  id: "calendar",
  name: "Calendar",
  url: "https://mcp.example.com/",
  auth: "bearer",
  connected: false,
  tools: [],
  policy: { read: "allow", "*": "ask" },
  created_at: TIME,
};

let projects: Project[];
let prompts: Prompt[];
let servers: ToolServer[];
/** Ids of files and of conversations by project. */
let files: Map<string, string>;
let conversations: Map<string, string>;

const remove = (path: string, ids: string[]) => {
  const stays = ({ id }: { id: string }) => !ids.includes(id);
  if (path === "project") projects = projects.filter(stays);
  if (path === "prompt") prompts = prompts.filter(stays);
  if (path === "tool") servers = servers.filter(stays);
  if (path === "file") for (const id of ids) files.delete(id);
};
const ofProject = (rows: ReadonlyMap<string, string>, url: string) => {
  const project = new URL(url).searchParams.get("project_id");
  const items = [...rows].filter(([, id]) => id === project).map(([id]) => ({ id }));
  return HttpResponse.json({ items, next_cursor: null });
};

const server = setupServer(
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: projects })),
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: prompts })),
  http.get(`${API_URL}/tool`, () => HttpResponse.json({ items: servers })),
  http.get(`${API_URL}/file`, ({ request }) => ofProject(files, request.url)),
  http.get(`${API_URL}/conversation`, ({ request }) => ofProject(conversations, request.url)),
  http.post<{ kind: string }, { ids: string[] }>(`${API_URL}/:kind/delete`, async ({ params, request }) => {
    const { ids } = await request.json();
    if (ids.length > 100) return HttpResponse.json({ error: { code: "validation_error" } }, { status: 422 });
    remove(params.kind, ids);
    return HttpResponse.json({ deleted: 1 });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  projects = [PROJECT];
  prompts = [PROMPT];
  servers = [SERVER];
  files = new Map([["imported", "garden"]]);
  conversations = new Map();
  session.accept(makeTokens());
});
afterAll(() => server.close());

/** Everything above was imported. */
function everything(): CreatedRows {
  const created = new CreatedRows();
  created.projects.push(PROJECT);
  created.prompts.push(PROMPT);
  created.servers.push(SERVER);
  created.fileIds.add("imported");
  return created;
}

const left = () => [...projects, ...prompts, ...servers].map(({ id }) => id).concat(...files.keys());

describe("the undo of an import", () => {
  it("deletes the projects, files, prompts and tool servers that it created", async () => {
    servers = [{ ...SERVER, policy: { "*": "ask", read: "allow" } }];
    await deleteCreated(everything());
    expect(left()).toEqual([]);
  });

  it("deletes more files than one call takes", async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `file-${n}`);
    files = new Map(ids.map((id) => [id, "garden"]));
    const created = everything();
    for (const id of ids) created.fileIds.add(id);
    await deleteCreated(created);
    expect(left()).toEqual([]);
  });

  it("leaves what the user has changed since, and a project with a changed prompt", async () => {
    prompts = [{ ...PROMPT, updated_at: LATER }];
    servers = [{ ...SERVER, connected: true }];
    await deleteCreated(everything());
    expect(left()).toEqual(["garden", "plan", "calendar"]);
  });

  it.each<[string, () => unknown]>([
    ["a conversation", () => conversations.set("mine", "garden")],
    ["a file", () => files.set("mine", "garden")],
    ["a changed name", () => Object.assign(projects, [{ ...PROJECT, name: "Park", updated_at: LATER }])],
  ])("leaves a project that has %s of the user's", async (_, change) => {
    change();
    await deleteCreated(everything());
    expect(projects).toHaveLength(1);
    expect(files.has("imported")).toBe(false);
  });

  it("leaves what the import did not create", async () => {
    await deleteCreated(new CreatedRows());
    expect(left()).toEqual(["garden", "plan", "calendar", "imported"]);
  });
});
