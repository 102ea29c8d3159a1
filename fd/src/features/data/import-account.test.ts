// Import of projects, prompts and instructions, against a stand-in of the backend.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { ImportedProjects, importAccount } from "./import-account";
import type { Outcome } from "./import-outcome";
import { AccountItems } from "./read-own";

let projects: { id: string; name: string }[];
let prompts: { project_id: string | null; command: string }[];
let models: { id: string; name: string }[];
let settings: { instructions: string | null };
/** Path and body of each change. */
let changes: [string, unknown][];

const server = setupServer(
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: projects })),
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: prompts })),
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: models })),
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
  settings = { instructions: null };
  changes = [];
  session.accept(makeTokens());
});
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

const NO_DOCUMENTS = { document: async () => null };

async function run(...items: object[]): Promise<Outcome[]> {
  const found = new AccountItems();
  for (const item of items) found.add({ ...item }, () => undefined);
  const outcomes: Outcome[] = [];
  const { signal } = new AbortController();
  const account = found.account(() => null);
  const ids = new ImportedProjects(account.projects, signal);
  await importAccount(account, ids, NO_DOCUMENTS, (added) => outcomes.push(...added), signal);
  return outcomes;
}

describe("the import of an account", () => {
  it("brings projects with their settings, prompts and instructions", async () => {
    expect(await run(GARDEN, PROMPT, SETTINGS)).toEqual([]);
    expect(changes).toEqual([
      ["project/create", { name: "Garden", icon: "🌱", instructions: "In metres.", tools: ["web_search"] }],
      ["project/update", { id: "id of Garden", pinned: true, archived: false }],
      ["prompt/create", { project_id: "id of Garden", command: "plan", title: "Plan", text: "Plan {{x}}" }],
      ["me/settings", { instructions: "I am new." }],
    ]);
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
    settings = { instructions: "I am old." };
    expect(await run(GARDEN, PROMPT, SETTINGS)).toEqual([]);
    expect(changes).toEqual([]);
  });

  it("reports what fails, and goes on", async () => {
    const outcomes = await run({ ...PROMPT, project_id: null, command: "taken", title: "Taken" }, SETTINGS);
    expect(outcomes.map(({ title, state }) => [title, state])).toEqual([["Taken", "failed"]]);
    expect(changes.map(([path]) => path)).toEqual(["me/settings"]);
  });
});
