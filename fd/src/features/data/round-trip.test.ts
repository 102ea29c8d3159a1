// A take-out of random accounts, imported into empty ones, against a backend in memory.
import * as buffer from "node:buffer";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import type { ConversationImport } from "@/api/types";
import { ZipWriter } from "@/features/archive/pages";
import { usePreferences } from "@/features/settings";
import { PIXEL } from "@/testing/exports";
import { randomNumbers } from "@/testing/random";
import { makeTokens } from "@/testing/tokens";
import type { FoundConversation } from "./conversation-body";
import { ExportReader } from "./export-reader";
import { ImportedProjects, importAccount } from "./import-account";
import type { Outcome } from "./import-outcome";
import { runImport } from "./import-run";
import { CreatedRows } from "./import-undo";
import { takeOut } from "./take-out";

const STORE = "https://store.example";
const WORDS = { user: "User", assistant: "Assistant", image: "image", untitled: "Untitled" };
const PNG = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));

type Row = Record<string, unknown>;
interface StoredConversation {
  fields: Row & { id: string };
  sourceId: string | null;
  /** Ids of the messages by those of the export. */
  imported: Map<string, string>;
  messages: Row[];
}

type Preferences = ReturnType<typeof usePreferences.getState>;

/** An account as the backend has it. */
class Account {
  readonly models: Row[] = [];
  readonly projects: Row[] = [];
  readonly prompts: Row[] = [];
  readonly files: Row[] = [];
  readonly conversations: StoredConversation[] = [];
  readonly prepared = new Set<string>();
  readonly servers: Row[] = [];
  settings: Row = {};
  /** Preferences of its browser. */
  preferences: Partial<Preferences> = {};
}

let account: Account;
/** Object store of all accounts, by key. */
const objects = new Map<string, Uint8Array>();
/** Media types that cannot be read. */
let unreadable: string;
let lastId = 0;

function newId(): string {
  lastId += 1;
  return `01980000-0000-7000-8000-${lastId.toString(16).padStart(12, "0")}`;
}

const fileKey = (id: unknown) => `files/${id}`;
const urlOf = (key: unknown) => `${STORE}/${key}`;
const plain = (key: string, row: Row) => ({ kind: key, ...row });

function exported(of: Account): Row[] {
  const withUrls = (message: Row) => ({
    ...message,
    content: (message.content as Row[]).map((part) =>
      part.type === "image_url"
        ? {
            type: "image_url",
            image_url: { ...(part.image_url as Row), url: urlOf((part.image_url as Row).key) },
          }
        : part,
    ),
    ...(message.steps !== undefined && {
      steps: (message.steps as Row[]).map((step) => ({
        ...step,
        ...(step.objects !== undefined && {
          objects: (step.objects as Row[]).map(({ key, ...object }) => ({ ...object, url: urlOf(key) })),
        }),
      })),
    }),
  });
  return [
    plain("settings", of.settings),
    ...of.models.map((row) => plain("model_config", row)),
    ...of.projects.map((row) => plain("project", row)),
    ...of.prompts.map((row) => plain("prompt", row)),
    ...of.servers.map((row) => plain("tool_server", row)),
    ...of.files.map((row) => ({ ...plain("file", row), url: urlOf(fileKey(row.id)) })),
    ...of.conversations.flatMap(({ fields, messages }) => [
      { kind: "conversation", temporary: false, deleted_at: null, ...fields },
      ...messages.map((row) => ({ ...plain("message", withUrls(row)), conversation_id: fields.id })),
    ]),
  ];
}

function importOne({
  messages,
  source: _,
  source_id,
  id,
  active_leaf_id,
  ...fields
}: ConversationImport): Row {
  let conversation = account.conversations.find(({ sourceId }) => sourceId === source_id);
  const existing = conversation !== undefined;
  if (!conversation) {
    const isPrepared = id !== undefined && id !== null && account.prepared.delete(id);
    conversation = {
      fields: { ...fields, id: isPrepared ? id : newId() },
      sourceId: source_id ?? null,
      imported: new Map(),
      messages: [],
    };
    account.conversations.push(conversation);
  }
  const { imported } = conversation;
  for (const message of messages) {
    const own = newId();
    imported.set(message.id, own);
    const content = message.content.map((part) => {
      if (part.type !== "file") return part;
      const { id: file, name, media_type } = account.files.find((row) => row.id === part.file.id) as Row;
      return { type: "file", file: { id: file, name, media_type, pages: null, tokens: 1 } };
    });
    const { parent_id, context_start_id: start } = message;
    conversation.messages.push({
      ...message,
      id: own,
      parent_id: parent_id === null ? null : imported.get(parent_id),
      content,
      ...(start && { context_start_id: imported.get(start) }),
    });
  }
  conversation.fields.active_leaf_id = imported.get(active_leaf_id ?? "") ?? null;
  const result = { id: conversation.fields.id, added: messages.length };
  return existing ? { existing: conversation.fields.id, added: messages.length } : result;
}

function created(list: Row[], row: Row): Response {
  const id = newId();
  list.push({ ...row, id });
  return HttpResponse.json({ id });
}

type Body<T = Row> = { request: { json(): Promise<unknown> } } & { body?: T };
const bodyOf = async <T = Row>({ request }: Body<T>) => (await request.json()) as T;

const server = setupServer(
  http.get(`${API_URL}/user/me/export`, () =>
    HttpResponse.json({ items: exported(account), next_cursor: null }),
  ),
  http.get(`${API_URL}/user/me/settings`, () => HttpResponse.json(account.settings)),
  http.post(`${API_URL}/user/me/settings`, async (call) => {
    Object.assign(account.settings, await bodyOf(call));
    return HttpResponse.json({});
  }),
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: account.models })),
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: account.projects })),
  http.post(`${API_URL}/project/create`, async (call) => {
    const defaults = { icon: null, instructions: "", model_config_id: null, tools: [] };
    return created(account.projects, {
      ...defaults,
      pinned: false,
      archived: false,
      ...(await bodyOf(call)),
    });
  }),
  http.post(`${API_URL}/project/update`, async (call) => {
    const { id, ...changed } = await bodyOf(call);
    Object.assign(account.projects.find((row) => row.id === id) as Row, changed);
    return HttpResponse.json({});
  }),
  http.get(`${API_URL}/tool`, () => HttpResponse.json({ items: account.servers })),
  http.post(`${API_URL}/tool/create`, async (call) => created(account.servers, await bodyOf(call))),
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: account.prompts })),
  http.post(`${API_URL}/prompt/create`, async (call) => created(account.prompts, await bodyOf(call))),
  http.get(`${API_URL}/file`, ({ request }) => {
    const project = new URL(request.url).searchParams.get("project_id");
    return HttpResponse.json({ items: account.files.filter((row) => row.project_id === project) });
  }),
  http.post(`${API_URL}/file/create`, async (call) => {
    const { sha256: _, ...row } = await bodyOf(call);
    const file = { ...row, id: newId(), state: "uploading" };
    account.files.push(file);
    return HttpResponse.json({ file, upload_url: urlOf(fileKey(file.id)), headers: {} });
  }),
  http.post(`${API_URL}/file/uploaded`, async (call) => {
    const { id } = await bodyOf(call);
    const file = account.files.find((row) => row.id === id) as Row;
    file.state = file.media_type === unreadable ? "failed" : "ready";
    return HttpResponse.json(file);
  }),
  http.post(`${API_URL}/conversation/imported`, async (call) => {
    const { source_ids } = await bodyOf<{ source_ids: string[] }>(call);
    const known = account.conversations.filter(({ sourceId }) => source_ids.includes(sourceId ?? ""));
    return HttpResponse.json({
      items: known.map(({ fields: { id }, sourceId: source_id, imported }) => ({
        id,
        source_id,
        deleted: false,
        message_ids: [...imported.keys()],
      })),
    });
  }),
  http.get<{ id: string }>(`${API_URL}/conversation/:id`, ({ params }) => {
    const found = account.conversations.find(({ fields }) => fields.id === params.id)?.fields;
    if (found && !found.deleted_at) return HttpResponse.json({ temporary: false, ...found });
    return HttpResponse.json({ error: { code: "not_found" } }, { status: 404 });
  }),
  http.post(`${API_URL}/conversation/create`, () => {
    const id = newId();
    account.prepared.add(id);
    return HttpResponse.json({ id });
  }),
  http.post(`${API_URL}/conversation/import`, async (call) =>
    HttpResponse.json(importOne(await bodyOf<ConversationImport>(call))),
  ),
  http.post(`${API_URL}/conversation/import_many`, async (call) => {
    const { conversations } = await bodyOf<{ conversations: ConversationImport[] }>(call);
    return HttpResponse.json({ results: conversations.map(importOne) });
  }),
  http.post(`${API_URL}/chat/get_upload_presigned_url`, async (call) => {
    const { suffixes } = await bodyOf<{ suffixes: string[] }>(call);
    const keys = suffixes.map((suffix) => `images/${newId()}.${suffix}`);
    return HttpResponse.json({
      items: keys.map((key) => ({ key, upload_url: urlOf(key), headers: {}, max_bytes: 1_000_000 })),
    });
  }),
  http.put(`${STORE}/*`, async ({ request }) => {
    objects.set(new URL(request.url).pathname.slice(1), new Uint8Array(await request.arrayBuffer()));
    return new HttpResponse(null);
  }),
  http.get(`${STORE}/*`, ({ request }) => {
    const bytes = objects.get(new URL(request.url).pathname.slice(1));
    return bytes ? HttpResponse.arrayBuffer(bytes.slice().buffer) : new HttpResponse(null, { status: 404 });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  // jsdom's files cannot be read as streams.
  vi.stubGlobal("Blob", buffer.Blob);
  vi.stubGlobal("File", buffer.File);
  objects.clear();
  unreadable = "";
  session.accept(makeTokens());
});
afterEach(() => usePreferences.setState(DEFAULTS));
afterAll(() => server.close());

/** An account with a bit of everything. */
function randomAccount(seed: number): Account {
  const below = randomNumbers(seed);
  const chance = () => below(2) === 0;
  const made = new Account();
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const text = () =>
    pick(["Hello", "你好 🌱", "a\n\n```js\nlet x = 1;\n```", '"quoted" \\ <b>', "日本語 / 中文"]);
  let minute = 0;
  const time = () => {
    minute += 1 + below(90);
    return new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
  };
  const image = () => {
    const key = `images/${newId()}.png`;
    objects.set(key, Uint8Array.from([...PNG, below(256)]));
    return key;
  };
  const document = (projectId: string | null) => {
    const [name, media_type] = pick([
      ["notes.txt", "text/plain"],
      ["计划: a/b?.md", "text/markdown"],
      ["data.json", "application/json"],
      ["conversations.json", "application/json"],
    ] as const);
    const id = newId();
    objects.set(fileKey(id), new TextEncoder().encode(`[{"n": ${below(1000)}}]`));
    const row = { id, name: name.replace(/[/]/g, "_"), media_type, size: 9, state: "ready" };
    made.files.push(projectId === null ? row : { ...row, project_id: projectId });
    return row;
  };

  for (const name of ["Small", "Large"]) made.models.push({ id: newId(), name });
  made.settings = {
    ...(chance() && { instructions: text() }),
    ...(chance() && { language: pick(["en", "ja"]) }),
    ...(chance() && { theme: pick(["light", "dark", "system"]) }),
    ...(chance() && { send_key: pick(["enter", "mod-enter"]) }),
    ...(chance() && { login_notices: chance() }),
    ...(chance() && { default_model_config_id: pick(made.models).id }),
  };
  made.preferences = {
    theme: pick(["light", "dark", "system"]),
    textSize: pick(["small", "normal", "large", "larger"]),
    sendKey: pick(["enter", "mod-enter", null]),
    drawDiagrams: chance(),
  };
  for (let n = below(3); n > 0; n -= 1)
    made.servers.push({
      id: newId(),
      name: text(),
      url: `https://${n}.example.com/mcp`,
      auth: pick(["none", "bearer", "oauth"]),
      policy: chance() ? { "*": "ask", read: pick(["allow", "deny"]) } : {},
    });
  const toolsOf = () => [
    ...(chance() ? ["web_search"] : []),
    ...made.servers.filter(chance).map(({ id }) => ({ server_id: id, ...(chance() && { names: ["read"] }) })),
  ];
  for (let n = below(3); n > 0; n -= 1) {
    const id = newId();
    made.projects.push({
      id,
      name: `Project ${n}: ${pick(["a", "花", "?"])}`,
      icon: chance() ? "🌱" : null,
      instructions: chance() ? text() : "",
      model_config_id: chance() ? pick(made.models).id : null,
      tools: toolsOf(),
      pinned: chance(),
      archived: chance(),
    });
    const names = new Set<unknown>();
    for (let files = below(3); files > 0; files -= 1) {
      const { name } = document(id);
      if (names.has(name)) made.files.pop();
      names.add(name);
    }
  }
  const project = () => (made.projects.length > 0 && chance() ? pick(made.projects).id : null);
  for (let n = below(4); n > 0; n -= 1)
    made.prompts.push({ id: newId(), project_id: project(), command: `c${n}`, title: text(), text: text() });

  for (let n = 1 + below(6); n > 0; n -= 1) {
    const messages: Row[] = [];
    const tools = toolsOf();
    const created_at = time();
    for (let turn = 1 + below(4); turn > 0; turn -= 1) {
      const questionId = newId();
      const start =
        messages.length > 0 && chance() ? pick(messages.filter(({ role }) => role === "user")).id : null;
      const content: Row[] = [{ type: "text", text: text() }];
      if (below(3) === 0) content.push({ type: "image_url", image_url: { key: image() } });
      if (below(3) === 0) {
        const { id, name, media_type } = document(null);
        content.unshift({ type: "file", file: { id, name, media_type, pages: null, tokens: 1 } });
      }
      const replies = messages.filter(({ role }) => role === "assistant");
      messages.push({
        id: questionId,
        parent_id: replies.length > 0 && below(4) > 0 ? pick(replies).id : null,
        role: "user",
        content,
        status: "completed",
        created_at: time(),
      });
      for (let branch = below(3); branch > 0; branch -= 1) {
        const status = pick(["completed", "stopped", "interrupted", "failed"]);
        const step = {
          n: 1,
          tool: "web_search",
          title: "Search",
          state: pick(["done", "failed", "denied", "unknown"]),
          at: 0,
          arguments: { query: text() },
          result: text(),
          sources: [{ n: 1, title: text(), url: "https://a.example/" }],
          ...(chance() && { objects: [{ key: image(), media_type: "image/png", name: "chart" }] }),
          started_at: time(),
          ended_at: time(),
        };
        messages.push({
          id: newId(),
          parent_id: questionId,
          role: "assistant",
          content: [{ type: "text", text: text() }],
          status,
          ...(chance() && { reasoning: text() }),
          model: pick(["small-1", "large-2"]),
          ...(chance() && {
            usage: { prompt_tokens: below(99), completion_tokens: below(99), cached_tokens: 1 },
          }),
          ...(status === "completed" && { finish_reason: "stop" }),
          ...(status === "failed" && { error: { code: "provider_error", message: text(), status: 500 } }),
          ...(chance() && { sources: [{ n: 1, title: text(), url: "https://b.example/" }] }),
          ...(start !== null && { context_start_id: start }),
          ...(chance() && { images_omitted: true }),
          ...(chance() && { tools_omitted: true }),
          ...(chance() && { steps: [step] }),
          created_at: time(),
        });
      }
    }
    made.conversations.push({
      fields: {
        id: newId(),
        title: chance() ? text() : null,
        instructions: chance() ? "Be brief." : null,
        project_id: project(),
        pinned: chance(),
        archived: chance(),
        created_at,
        updated_at: time(),
        active_leaf_id: pick(messages).id,
        ...(chance() && { model_config_id: pick(made.models).id }),
        ...(tools.length > 0 && { tools }),
      },
      sourceId: null,
      imported: new Map(),
      messages,
    });
  }
  return made;
}

/** An account without ids: positions, names and bytes instead. */
function outline(of: Account) {
  const nameOf = (rows: Row[], id: unknown) => rows.find((row) => row.id === id)?.name ?? null;
  const bytes = (key: unknown) => [...(objects.get(String(key)) ?? [])];
  const sorted = <T>(list: readonly T[]) =>
    [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const toolNames = (tools: unknown) =>
    (tools as (string | Row)[]).map((tool) =>
      typeof tool === "string" ? tool : [nameOf(of.servers, tool.server_id), tool.names ?? null],
    );
  return {
    settings: {
      ...of.settings,
      default_model_config_id: nameOf(of.models, of.settings.default_model_config_id),
    },
    preferences: of.preferences,
    servers: sorted(of.servers.map(({ id: _, ...fields }) => fields)),
    projects: sorted(
      of.projects.map(({ id, model_config_id, ...fields }) => ({
        name: fields.name,
        ...fields,
        tools: toolNames(fields.tools),
        model: nameOf(of.models, model_config_id),
        files: sorted(
          of.files
            .filter((row) => row.project_id === id)
            .map((row) => [row.name, row.media_type, bytes(fileKey(row.id))]),
        ),
      })),
    ),
    prompts: sorted(
      of.prompts.map(({ command, title, text, project_id }) => [
        command,
        title,
        text,
        nameOf(of.projects, project_id),
      ]),
    ),
    conversations: sorted(
      of.conversations.map(({ fields: { id: _, project_id, active_leaf_id, ...rest }, messages }) => {
        const { model_config_id, tools, ...fields } = rest;
        const positions = new Map(messages.map((message, position) => [message.id, position]));
        const positionOf = (id: unknown) => positions.get(id) ?? null;
        return {
          created_at: fields.created_at,
          ...fields,
          project: nameOf(of.projects, project_id),
          model: nameOf(of.models, model_config_id),
          tools: toolNames(tools ?? []),
          leaf: positionOf(active_leaf_id),
          messages: messages.map(({ id: _id, parent_id, context_start_id, content, steps, ...message }) => ({
            ...withoutNulls(message),
            parent: positionOf(parent_id),
            start: positionOf(context_start_id),
            content: (content as Row[]).map((part) => {
              if (part.type === "image_url") return bytes((part.image_url as Row).key);
              if (part.type !== "file") return part.text;
              const { id, name, media_type } = part.file as Row;
              return [name, media_type, bytes(fileKey(id))];
            }),
            steps: ((steps as Row[] | undefined) ?? []).map(({ objects: images, ...step }) => ({
              ...step,
              images: ((images as Row[] | undefined) ?? []).map(({ key, ...image }) => [image, bytes(key)]),
            })),
          })),
        };
      }),
    ),
  };
}

function withoutNulls(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

const { signal } = new AbortController();

const DEFAULTS = usePreferences.getInitialState();

/** Signs in to an account, in its browser. */
function enter(entered: Account): void {
  account = entered;
  usePreferences.setState({ ...DEFAULTS, ...entered.preferences });
}

function leave(): void {
  const { theme, textSize, sendKey, drawDiagrams } = usePreferences.getState();
  account.preferences = { theme, textSize, sendKey, drawDiagrams };
}

async function takeOutZip(of: Account, names: string[] = []): Promise<File> {
  enter(of);
  const writer = new ZipWriter();
  const sink = {
    has: async () => false,
    add: (name: string, content: Blob, packed: boolean) => {
      names.push(name);
      return writer.add(name, content, packed);
    },
  };
  expect(await takeOut(sink, WORDS, () => undefined, signal)).toBe(0);
  return new File([writer.end()], "chat.zip");
}

async function importZip(into: Account, archive: File): Promise<Outcome[]> {
  enter(into);
  const reader = new ExportReader([archive], WORDS);
  const pass = reader.read();
  const found: FoundConversation[] = [];
  for await (const each of pass) {
    if ("problem" in each) throw new Error(each.problem.reason);
    found.push(each.conversation);
  }
  const source = {
    next: async () => found.splice(0),
    image: reader.image.bind(reader),
    document: reader.document.bind(reader),
  };
  const outcomes: Outcome[] = [];
  const add = (added: readonly Outcome[]) => outcomes.push(...added);
  const created = new CreatedRows();
  const projects = new ImportedProjects(reader.account.projects, created, signal);
  await importAccount(reader.account, projects, source, created, add, signal);
  await runImport(source, projects, WORDS, add, signal);
  leave();
  return outcomes;
}

function emptyAccount(): Account {
  const made = new Account();
  for (const name of ["Small", "Large"]) made.models.push({ id: newId(), name });
  return made;
}

describe("an import of a take-out", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    "gives back everything but ids (seed %i)",
    async (seed) => {
      const original = randomAccount(seed);
      const archive = await takeOutZip(original);
      const other = emptyAccount();
      const outcomes = await importZip(other, archive);
      expect(outcomes.map(({ state }) => state)).toEqual(original.conversations.map(() => "imported"));
      const imported = outline(other);
      expect(imported).toEqual(outline(original));

      // Unchanged, it brings nothing twice.
      const files = other.files.length;
      const again = await importZip(other, archive);
      expect(again.map(({ state }) => state)).toEqual(original.conversations.map(() => "known"));
      expect(outline(other)).toEqual(imported);
      expect(other.files).toHaveLength(files);
    },
  );

  it.each([
    [{}, 4],
    [{ temporary: true }, 0],
    [{ deleted_at: "2026-01-01T00:00:00.000Z" }, 0],
  ])("has the files of the conversations that are taken out: %o", async (fields, count) => {
    const original = new Account();
    const [id, fileId, key] = [newId(), newId(), `images/${newId()}.png`];
    const file = { id: fileId, name: "notes.txt", media_type: "text/plain" };
    objects.set(fileKey(fileId), PNG);
    objects.set(key, PNG);
    original.files.push({ ...file, state: "ready", conversation_id: id });
    const content = [
      { type: "file", file },
      { type: "image_url", image_url: { key } },
    ];
    const created_at = "2026-01-01T00:00:00.000Z";
    original.conversations.push({
      fields: { id, title: "Files", project_id: null, created_at, updated_at: created_at, ...fields },
      sourceId: null,
      imported: new Map(),
      messages: [{ id: newId(), parent_id: null, role: "user", status: "completed", content, created_at }],
    });
    const names: string[] = [];
    await takeOutZip(original, names);
    expect(names.filter((name) => name !== "account.json")).toHaveLength(count);
  });

  it("reports a document that cannot be read, and leaves a note in its message", async () => {
    const original = new Account();
    const id = newId();
    const file = { id, name: "scan.pdf", media_type: "application/pdf" };
    objects.set(fileKey(id), PNG);
    original.files.push({ ...file, state: "ready" });
    const message = { id: newId(), parent_id: null, role: "user", status: "completed" };
    const created_at = "2026-01-01T00:00:00.000Z";
    original.conversations.push({
      fields: { id: newId(), title: "Scan", project_id: null, created_at, updated_at: created_at },
      sourceId: null,
      imported: new Map(),
      messages: [{ ...message, content: [{ type: "file", file }], created_at }],
    });
    const archive = await takeOutZip(original);
    unreadable = "application/pdf";
    const other = emptyAccount();
    const outcomes = await importZip(other, archive);
    expect(outcomes.map(({ title, state }) => [title, state])).toEqual([
      ["Scan", "imported"],
      ["scan.pdf", "failed"],
    ]);
    expect(other.conversations[0]?.messages[0]?.content).toEqual([{ type: "text", text: "*[scan.pdf]*" }]);
  });

  it("reports an image whose upload loses the connection, and imports its conversation the next time", async () => {
    const original = new Account();
    const key = `images/${newId()}.png`;
    objects.set(key, PNG);
    const content = [{ type: "image_url", image_url: { key } }];
    const created_at = "2026-01-01T00:00:00.000Z";
    original.conversations.push({
      fields: { id: newId(), title: "Photo", project_id: null, created_at, updated_at: created_at },
      sourceId: null,
      imported: new Map(),
      messages: [{ id: newId(), parent_id: null, role: "user", status: "completed", content, created_at }],
    });
    const archive = await takeOutZip(original);
    const other = emptyAccount();
    server.use(http.put(`${STORE}/*`, () => HttpResponse.error(), { once: true }));
    expect(await importZip(other, archive)).toMatchObject([
      { title: "Photo", state: "failed", error: { code: "upload_failed" } },
    ]);
    expect(await importZip(other, archive)).toMatchObject([{ title: "Photo", state: "imported" }]);
    // The image, and its copy.
    expect([...objects.values()]).toEqual([PNG, PNG]);
  });
});
