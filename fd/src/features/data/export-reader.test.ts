// The readers of exports: every conversation of an export is found with its tree, or reported with a reason.
import * as buffer from "node:buffer";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ZipWriter } from "@/features/archive/pages";
import {
  CHATGPT_IMAGES,
  chatgptConversation,
  chatgptMessage,
  chatgptNode,
  claudeConversation,
  librechatConversation,
  openWebuiConversation,
  PIXEL,
} from "@/testing/exports";
import type { FoundConversation } from "./conversation-body";
import { ExportReader, type Problem } from "./export-reader";

const { Blob, File } = buffer as unknown as { Blob: typeof globalThis.Blob; File: typeof globalThis.File };

// jsdom's files cannot be read as streams.
beforeEach(() => {
  vi.stubGlobal("Blob", Blob);
  vi.stubGlobal("File", File);
});

const WORDS = { image: "no image" };
const pixel = () => new Blob([Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0))]);
const json = (value: unknown, name = "conversations.json") => new File([JSON.stringify(value)], name);

async function zip(files: Record<string, Blob>, name = "export.zip"): Promise<File> {
  const writer = new ZipWriter();
  for (const [path, content] of Object.entries(files))
    await writer.add(path, content, path.endsWith(".json"));
  return new File([writer.end()], name);
}

async function read(...files: File[]) {
  const reader = new ExportReader(files, WORDS);
  const conversations: FoundConversation[] = [];
  const problems: Problem[] = [];
  for await (const found of reader.read())
    if ("problem" in found) problems.push(found.problem);
    else conversations.push(found.conversation);
  return { reader, conversations, problems };
}

/** Role, parent and text of each message, without ids. */
function outline({ messages }: FoundConversation) {
  const positions = new Map(messages.map(({ id }, position) => [id, position]));
  return messages.map(({ role, parent_id, content }) => [
    role,
    parent_id === null ? null : positions.get(parent_id),
    content.map((part) => (part.type === "text" ? part.text : part.type)).join("|"),
  ]);
}

/** The rules of the API for a tree. */
function expectTree({ messages, leafId }: FoundConversation) {
  const roles = new Map<string, string>();
  for (const { id, parent_id, role, content } of messages) {
    expect(roles.has(id)).toBe(false);
    if (parent_id !== null) expect(roles.has(parent_id)).toBe(true);
    if (role === "assistant") expect(roles.get(parent_id ?? "")).toBe("user");
    else expect(content.length).toBeGreaterThan(0);
    roles.set(id, role);
  }
  expect(roles.has(leafId)).toBe(true);
}

describe("ChatGPT", () => {
  it("keeps branches, times, models, reasoning and images of a ZIP with one file or many", async () => {
    const images = Object.fromEntries(CHATGPT_IMAGES.map((name) => [name, pixel()]));
    for (const files of [
      { "conversations.json": json([chatgptConversation(1), chatgptConversation(2)]) },
      {
        "conversations-000.json": json([chatgptConversation(1)]),
        "conversations-001.json": json([chatgptConversation(2)]),
      },
    ]) {
      const { reader, conversations, problems } = await read(
        await zip({
          ...files,
          ...images,
          "user.json": json({ id: "user" }),
          "chat.html": new Blob(["<html>"]),
        }),
      );
      expect(problems).toEqual([]);
      expect(conversations.map(({ title }) => title)).toEqual(["ChatGPT 1", "ChatGPT 2"]);
      const [first] = conversations as [FoundConversation];
      expectTree(first);
      expect(outline(first)).toEqual([
        ["user", null, "image_url|Question 1"],
        ["assistant", 0, "Answer 1"],
        ["assistant", 0, "Other answer 1"],
      ]);
      const [, answer] = first.messages;
      expect(answer).toMatchObject({ model: "gpt-5", reasoning: "Looking\n\nA pixel." });
      expect(answer?.steps?.map(({ tool, objects }) => [tool, objects?.length ?? 0])).toEqual([
        ["dalle.text2im", 0],
        ["dalle.text2im", 1],
      ]);
      expect(first.leafId).toBe("chatgpt-1-r");
      expect(first).toMatchObject({
        source: "chatgpt",
        sourceId: "chatgpt-1",
        createdAt: "2025-01-01T00:00:01.000Z",
        updatedAt: "2025-01-01T00:01:41.000Z",
      });
      const blobs = await Promise.all([...first.images.values()].map((image) => reader.image(image)));
      expect(blobs.map((blob) => [blob?.type, blob?.size])).toEqual(
        Array(2).fill(["image/png", pixel().size]),
      );
    }
  });

  it("notes an image that the export does not have", async () => {
    const { conversations } = await read(json([chatgptConversation(1)]));
    expect(outline(conversations[0] as FoundConversation)[0]).toEqual([
      "user",
      null,
      "*[no image]*|Question 1",
    ]);
  });

  it("reads conversations without metadata, with null content, circles and replies that follow nothing", async () => {
    const bare = chatgptMessage("user", "Hi", { metadata: null, create_time: null });
    const mapping = {
      a: chatgptNode("a", "b", bare),
      b: chatgptNode("b", "a", chatgptMessage("assistant", "Hello")),
      c: chatgptNode("c", null, chatgptMessage("assistant", "I begin")),
      d: chatgptNode("d", "gone", { ...bare, content: null }),
      e: null,
    };
    const { conversations } = await read(json([{ mapping, conversation_id: "x" }]));
    const [found] = conversations as [FoundConversation];
    expectTree(found);
    expect(new Set(outline(found).map(([, , text]) => text))).toEqual(
      new Set(["…", "I begin", "Hi", "Hello"]),
    );
  });

  it("reads a chain of 20,000 messages", async () => {
    const nodes = Array.from({ length: 20_000 }, (_, n) =>
      chatgptNode(`n${n}`, n ? `n${n - 1}` : null, chatgptMessage(n % 2 ? "assistant" : "user", `m${n}`)),
    );
    const mapping = Object.fromEntries(nodes.map((node) => [node.id, node]));
    const { conversations } = await read(json([{ mapping, id: "long", current_node: "n19999" }]));
    expect(conversations[0]?.messages.length).toBe(20_000);
  });
});

it("reads Claude's export with branches, attachments' text, reasoning and tools", async () => {
  const linear = claudeConversation(2);
  for (const message of linear.chat_messages as Record<string, unknown>[]) delete message.parent_message_uuid;
  const { conversations, problems } = await read(
    await zip({
      "conversations.json": json([claudeConversation(1), linear]),
      "users.json": json([{ uuid: "u" }]),
    }),
  );
  expect(problems).toEqual([]);
  for (const found of conversations) expectTree(found);
  const [first, second] = conversations as [FoundConversation, FoundConversation];
  expect(outline(first)).toEqual([
    ["user", null, "**notes.txt**\n\nText of the notes|*[photo.png]*|Question 1"],
    ["assistant", 0, "Answer 1"],
    ["assistant", 0, "Other answer 1"],
  ]);
  expect(first.messages[1]).toMatchObject({ reasoning: "Considering." });
  expect(first.messages[1]?.steps?.map(({ tool, result }) => [tool, result])).toEqual([
    ["web_search", null],
    ["web_search", "Found"],
  ]);
  expect(outline(second).at(-1)).toEqual(["assistant", 0, "Answer 2\n\nOther answer 2"]);
});

it("has no half of a character, also where texts and ids are cut", async () => {
  const faces = `x${"😀".repeat(200_000)}`;
  const own = {
    id: "own",
    messages: [
      { id: "q", parent_id: null, role: "user", content: [{ type: "text", text: faces }] },
      {
        id: `😀${"r".repeat(63)}`,
        parent_id: "q",
        role: "assistant",
        content: [{ type: "text", text: faces }],
      },
    ],
  };
  const claude = claudeConversation(1);
  const [question, answer] = claude.chat_messages as Record<string, unknown>[];
  Object.assign(question as object, { text: "\uD83D" });
  Object.assign(answer as object, {
    content: [
      { type: "thinking", thinking: faces },
      { type: "tool_use", name: faces, input: { "\uD83D": ["\uDE00"] } },
      { type: "tool_result", name: faces, content: [{ type: "text", text: faces }] },
      { type: "text", text: faces },
    ],
  });
  const { conversations } = await read(json([own, claude, { ...claudeConversation(2), uuid: faces }]));
  expect(conversations.map(({ messages }) => messages.length)).toEqual([2, 3, 3]);
  for (const found of conversations) {
    expectTree(found);
    // JSON has escapes for lone surrogates alone.
    expect(JSON.stringify(found)).not.toContain("\\ud");
  }
});

it("reads Open WebUI's export with branches, images and reasoning", async () => {
  const { reader, conversations } = await read(json([openWebuiConversation(1)], "chat-export-1.json"));
  const [found] = conversations as [FoundConversation];
  expectTree(found);
  expect(outline(found)).toEqual([
    ["user", null, "image_url|Question 1"],
    ["assistant", 0, "Answer 1"],
    ["assistant", 0, "Other answer 1"],
  ]);
  expect(found).toMatchObject({ leafId: "r", pinned: true, title: "Open WebUI 1" });
  expect(found.messages[1]).toMatchObject({ model: "llama3:8b", reasoning: "Considering & so on." });
  const [image] = found.images.values();
  expect((image && (await reader.image(image)))?.type).toBe("image/png");
});

it("reads LibreChat's export, nested and flat", async () => {
  for (const recursive of [true, false]) {
    const { conversations, problems } = await read(json(librechatConversation(1, recursive), "chat.json"));
    expect(problems).toEqual([]);
    const [found] = conversations as [FoundConversation];
    expectTree(found);
    expect(outline(found)).toEqual([
      ["user", null, "Question 1"],
      ["assistant", 0, "Other answer 1"],
      ["assistant", 0, "Answer 1"],
    ]);
    expect(found.messages[2]).toMatchObject({ reasoning: "Considering.", model: "gpt-4o" });
    expect(found.messages[2]?.steps?.[0]).toMatchObject({ tool: "calculator", result: "2" });
  }
});

describe("this application", () => {
  const message = (id: string, parent_id: string | null, role: string, text: string) => ({
    id,
    parent_id,
    role,
    content: [{ type: "text", text }],
    status: "completed",
    created_at: "2025-01-01T00:00:00Z",
    usage: null,
    error: null,
  });

  it("reads a conversation that was exported as JSON", async () => {
    const streaming = { ...message("r", "q", "assistant", "So"), status: "streaming", unknown: 1 };
    const { conversations } = await read(
      json(
        { title: "Mine", active_leaf_id: "r", messages: [message("q", null, "user", "Hi"), streaming] },
        "mine.json",
      ),
    );
    const [found] = conversations as [FoundConversation];
    expect(outline(found)).toEqual([
      ["user", null, "Hi"],
      ["assistant", 0, "So"],
    ]);
    expect(found.messages[1]).toMatchObject({ status: "interrupted" });
    expect(found).toMatchObject({ source: "chat", title: "Mine", leafId: "r" });
  });

  it("cuts sources and results to what an import takes", async () => {
    const sources = [
      { n: 1, title: "T".repeat(400), url: "https://a.example/" },
      { n: 2, title: "Long", url: `https://b.example/${"b".repeat(2000)}` },
      ...Array.from({ length: 120 }, (_, index) => ({ n: index + 3, title: "", url: "http://c.example/" })),
    ];
    const result = "word ".repeat(20_000);
    const cut = "[The result was cut here.]";
    const steps = [
      { tool: "read", title: "Read", state: "done", at: 0, arguments: {}, sources, result },
      { tool: "read", title: "Read", state: "done", at: 0, arguments: {}, result: "So", is_result_cut: true },
      {
        tool: "read",
        title: "Read",
        state: "done",
        at: 0,
        arguments: {},
        result: `So\n${cut}`,
        is_result_cut: true,
      },
    ];
    const reply = { ...message("r", "q", "assistant", "So"), sources, steps };
    const { conversations } = await read(json({ messages: [message("q", null, "user", "Hi"), reply] }));
    const imported = conversations[0]?.messages[1];
    expect(imported?.sources?.slice(0, 2)).toEqual([
      { n: 1, title: "T".repeat(300), url: "https://a.example/" },
      { n: 3, title: "", url: "http://c.example/" },
    ]);
    expect([imported?.sources?.length, imported?.steps?.[0]?.sources?.length]).toEqual([100, 50]);
    const [whole, ...marked] = (imported?.steps ?? []).map((step) => step.result ?? "");
    expect(whole?.length).toBe(64_000);
    expect(whole?.endsWith(cut)).toBe(true);
    expect(marked).toEqual([`So\n${cut}`, `So\n${cut}`]);
  });

  it("reads an account's export, without the bin and temporary conversations, with projects", async () => {
    const conversation = (id: string, more = {}) => ({
      kind: "conversation",
      id,
      title: id,
      deleted_at: null,
      ...more,
    });
    const items = [
      { kind: "account", id: "u" },
      { kind: "project", id: "p", name: "Move" },
      conversation("empty"),
      conversation("c1", { project_id: "p", pinned: true }),
      { kind: "message", ...message("q", null, "user", "Hi") },
      conversation("binned", { deleted_at: "2025-01-01T00:00:00Z" }),
      { kind: "message", ...message("q2", null, "user", "Hi") },
      conversation("passing", { temporary: true }),
      { kind: "message", ...message("q4", null, "user", "Hi") },
      conversation("c2"),
      { kind: "message", ...message("q3", null, "user", "Last") },
    ];
    const { conversations, problems } = await read(json({ exported_at: "2025", items }, "chat-account.json"));
    expect(problems).toEqual([]);
    expect(conversations.map(({ sourceId, project, pinned }) => [sourceId, project, pinned])).toEqual([
      ["c1", "Move", true],
      ["c2", null, false],
    ]);
  });
});

describe("an export of any shape", () => {
  const broken = [
    { title: "Nothing said", mapping: {} },
    { something: "else" },
    chatgptConversation(1),
    null,
    { chat_messages: [null, 7, { sender: "robot" }], uuid: "odd" },
  ];

  it("loses nothing: every element is found or reported", async () => {
    const all = [
      ...Array.from({ length: 20 }, (_, n) => chatgptConversation(n + 100)),
      ...broken,
      chatgptConversation(100),
    ];
    const { conversations, problems } = await read(json(all));
    expect(conversations.length + problems.length).toBe(all.length);
    expect(problems.map(({ reason }) => reason).sort()).toEqual([
      "duplicate",
      "empty",
      "empty",
      "unknown",
      "unknown",
    ]);
  });

  it.each([0, 0.25, 0.5, 0.9, 0.999])("reports where a file was cut: %d", async (share) => {
    const all = Array.from({ length: 10 }, (_, n) => claudeConversation(n));
    const text = JSON.stringify(all);
    const { conversations, problems } = await read(
      new File([text.slice(0, text.length * share)], "conversations.json"),
    );
    expect(problems).toHaveLength(1);
    const ends = all.map((_, n) => JSON.stringify(all.slice(0, n + 1)).length);
    expect(conversations.length).toBe(ends.filter((end) => end <= text.length * share).length);
  });

  it("reports a damaged archive, and one that is cut", async () => {
    const whole = await zip({ "conversations.json": json([claudeConversation(1)]) });
    const { problems } = await read(
      new File([whole.slice(0, whole.size - 30)], "cut.zip"),
      new File(["PK\x03\x04"], "a.zip"),
    );
    expect(problems).toEqual([
      { name: "cut.zip", reason: "damaged_zip" },
      { name: "a.zip", reason: "damaged_zip" },
    ]);
    const bytes = new Uint8Array(await whole.arrayBuffer());
    bytes.fill(0xff, 60, 120);
    const inside = await read(new File([bytes], "inside.zip"));
    expect(inside.conversations.length + inside.problems.length).toBe(1);
  });

  it("reports a file that is no export", async () => {
    const { conversations, problems } = await read(
      new File(["hello"], "notes.json"),
      json({ a: 1 }, "b.json"),
    );
    expect(conversations).toEqual([]);
    expect(problems).toEqual([
      { name: "notes.json", reason: "invalid" },
      { name: "b.json", reason: "unknown" },
    ]);
  });

  it("reads elements across chunks of any size, in any encoding of whitespace", async () => {
    const text = `\uFEFF\n ${JSON.stringify([claudeConversation(1, { name: '引号"\\ 😀 [{' }), claudeConversation(2)], null, 2)} `;
    for (const size of [1, 7, 1000]) {
      const bytes = new TextEncoder().encode(text);
      const file = new File([bytes], "conversations.json");
      Object.defineProperty(file, "stream", {
        value: () =>
          new ReadableStream({
            start(controller) {
              for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
              controller.close();
            },
          }),
      });
      const { conversations } = await read(file);
      expect(conversations.map(({ title }) => title)).toEqual(['引号"\\ 😀 [{', "Claude 2"]);
    }
  });

  it("finds 5,000 conversations", async () => {
    const all = Array.from({ length: 5000 }, (_, n) => chatgptConversation(n));
    const { conversations, problems } = await read(await zip({ "conversations.json": json(all) }));
    expect(conversations.length).toBe(5000);
    expect(problems).toEqual([]);
  });
});
