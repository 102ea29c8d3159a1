// Import of projects, prompts and instructions, against a stand-in of the backend.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { usePreferences } from "@/features/settings";
import { makeTokens } from "@/testing/tokens";
import { ImportedProjects, importAccount } from "./import-account";
import type { Outcome } from "./import-outcome";
import { CreatedRows } from "./import-undo";
import { AccountItems } from "./read-own";

let projects: { id: string; name: string }[];
let prompts: { project_id: string | null; command: string }[];
let models: { id: string; name: string }[];
let servers: { id: string; url: string }[];
let settings: { instructions: string | null; language?: string; login_notices?: boolean };
let created: CreatedRows;
/** Path and body of each change. */
let changes: [string, unknown][];

const server = setupServer(
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: projects })),
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: prompts })),
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: models })),
  http.get(`${API_URL}/tool`, () => HttpResponse.json({ items: servers })),
  http.get(`${API_URL}/user/me/settings`, () => HttpResponse.json(settings)),
  http.post<never, { name?: string; command?: string }>(`${API_URL}/*`, async ({ request }) => {
    const body = await request.json();
    const path = new URL(request.url).pathname.split("/").slice(-2).join("/");
    if (body.command === "taken")
      return HttpResponse.json({ error: { code: "command_taken", message: "" } }, { status: 409 });
    changes.push([path, body]);
    return HttpResponse.json({ id: `id of ${body.name ?? body.command}` });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  projects = [];
  prompts = [];
  models = [];
  servers = [];
  settings = { instructions: null };
  changes = [];
  session.accept(makeTokens());
});
afterEach(() => usePreferences.setState(usePreferences.getInitialState()));
afterAll(() => server.close());

const GARDEN = {
  kind: "project",
  id: "p",
  name: "Garden",
  icon: "🌱",
  instructions: "In metres.",
  model_config_id: "m",
  tools: ["web_search", { server_id: "s" }],
  pinned: true,
  archived: false,
};
const PROMPT = {
  kind: "prompt",
  id: "q",
  project_id: "p",
  command: "plan",
  title: "Plan",
  text: "Plan {{x}}",
};
const SETTINGS = { kind: "settings", language: "en", instructions: "I am new." };
const SERVER = {
  kind: "tool_server",
  id: "s",
  name: "Calendar",
  url: "https://mcp.example.com/",
  auth: "bearer",
  policy: { "*": "ask", read: "allow", other: "unknown" },
};

const NO_DOCUMENTS = { document: async () => null };

async function run(...items: object[]): Promise<Outcome[]> {
  const found = new AccountItems();
  for (const item of items) found.add({ ...item }, () => undefined);
  const outcomes: Outcome[] = [];
  const { signal } = new AbortController();
  const account = found.account(() => null);
  created = new CreatedRows();
  const ids = new ImportedProjects(account.projects, created, signal);
  await importAccount(account, ids, NO_DOCUMENTS, created, (added) => outcomes.push(...added), signal);
  return outcomes;
}

describe("the import of an account", () => {
  it("brings projects with their settings, prompts and instructions", async () => {
    expect(await run(GARDEN, PROMPT, SETTINGS)).toEqual([]);
    expect(changes).toEqual([
      ["project/create", { name: "Garden", icon: "🌱", instructions: "In metres.", tools: ["web_search"] }],
      ["project/update", { id: "id of Garden", pinned: true, archived: false }],
      ["prompt/create", { project_id: "id of Garden", command: "plan", title: "Plan", text: "Plan {{x}}" }],
      ["me/settings", { language: "en", instructions: "I am new." }],
    ]);
  });

  it("brings tool servers without tokens, and the choice of their tools", async () => {
    const project = { ...GARDEN, tools: [{ server_id: "s", names: ["read"] }, { server_id: "operator's" }] };
    await run(SERVER, project, { ...SERVER, id: "t", url: "https://known.example.com/" });
    const { kind: _, id: __, ...fields } = SERVER;
    const policy = { "*": "ask", read: "allow" };
    expect(changes[0]).toEqual(["tool/create", { ...fields, policy }]);
    expect(changes.filter(([path]) => path === "tool/create")).toHaveLength(2);
    servers = [
      { id: "mine", url: SERVER.url },
      { id: "known", url: "https://known.example.com/" },
    ];
    changes = [];
    await run(SERVER, project, { ...SERVER, id: "t", url: "https://known.example.com/" });
    expect(changes.map(([path]) => path)).toEqual(["project/create", "project/update"]);
    expect(changes[0]?.[1]).toMatchObject({ tools: [{ server_id: "mine", names: ["read"] }] });
  });

  it("sets what is not set yet, in the account and in this browser", async () => {
    settings = { instructions: null, login_notices: true };
    models = [{ id: "mine", name: "Small" }];
    usePreferences.setState({ textSize: "large" });
    await run(
      { kind: "model_config", id: "m", name: "Small" },
      { ...SETTINGS, login_notices: false, theme: "dark", default_model_config_id: "m" },
      {
        kind: "preferences",
        theme: "dark",
        text_size: "larger",
        send_key: "mod-enter",
        draw_diagrams: false,
      },
    );
    expect(changes).toEqual([
      [
        "me/settings",
        { language: "en", theme: "dark", instructions: "I am new.", default_model_config_id: "mine" },
      ],
    ]);
    expect(usePreferences.getState()).toMatchObject({
      theme: "dark",
      textSize: "large",
      sendKey: "mod-enter",
      drawDiagrams: false,
    });
  });

  it("gives a project the account's model of the same name", async () => {
    models = [{ id: "mine", name: "Small" }];
    const large = { kind: "model_config", id: "l", name: "Large" };
    const small = { kind: "model_config", id: "m", name: "Small" };
    await run(small, large, GARDEN, {
      ...GARDEN,
      id: "h",
      name: "House",
      model_config_id: "l",
      pinned: false,
    });
    const created = changes.filter(([path]) => path === "project/create").map(([, sent]) => sent);
    expect(created).toMatchObject([{ name: "Garden", model_config_id: "mine" }, { name: "House" }]);
    expect(created[1]).not.toHaveProperty("model_config_id");
  });

  it("leaves what the account has as it is", async () => {
    projects = [{ id: "mine", name: "Garden" }];
    prompts = [{ project_id: "mine", command: "plan" }];
    settings = { instructions: "I am old.", language: "ja" };
    expect(await run(GARDEN, PROMPT, SETTINGS)).toEqual([]);
    expect(changes).toEqual([]);
  });

  it("reports what fails, and goes on", async () => {
    const outcomes = await run({ ...PROMPT, project_id: null, command: "taken", title: "Taken" }, SETTINGS);
    expect(outcomes.map(({ title, state }) => [title, state])).toEqual([["Taken", "failed"]]);
    expect(changes.map(([path]) => path)).toEqual(["me/settings"]);
  });
});
