import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { emptyConversation, reduceConversation } from "./conversation-state";
import { toJson } from "./export";
import { readExport } from "./import-file";

const words = { image: "image that was not imported" };

function exported(changes: Partial<Message>): string {
  const question = {
    id: "01-u",
    parent_id: null,
    role: "user",
    content: [
      { type: "image_url", image_url: { url: "https://store.test/k", key: "k.png" } },
      { type: "text", text: "Why?" },
    ],
    status: "completed",
    created_at: "2026-01-01T00:00:00Z",
  } as Message;
  const reply = {
    ...question,
    id: "02-a",
    parent_id: "01-u",
    role: "assistant",
    content: [{ type: "text", text: "Because" }],
    model: "m",
    usage: { prompt_tokens: 1, completion_tokens: 2 },
    ...changes,
  } as Message;
  const state = reduceConversation(emptyConversation, {
    type: "messages_loaded",
    messages: [question, reply],
  });
  return toJson("Reasons", state);
}

describe("an exported conversation", () => {
  it("is read back, with a note in the place of an image", () => {
    const { body, images } = readExport(exported({}), words);
    expect(images).toBe(1);
    expect(body).toMatchObject({ title: "Reasons", active_leaf_id: "02-a" });
    expect(body.messages.map(({ id, parent_id }) => [id, parent_id])).toEqual([
      ["01-u", null],
      ["02-a", "01-u"],
    ]);
    expect(body.messages[0]?.content).toEqual([
      { type: "text", text: "*[image that was not imported]*" },
      { type: "text", text: "Why?" },
    ]);
    expect(body.messages[1]).toMatchObject({
      model: "m",
      usage: { prompt_tokens: 1, completion_tokens: 2 },
      error: null,
    });
  });

  it("has no reply that still streams", () => {
    expect(readExport(exported({ status: "streaming" }), words).body.messages[1]?.status).toBe("interrupted");
  });

  it("keeps what a reply failed with", () => {
    const error = { code: "provider_auth", message: "no" };
    expect(readExport(exported({ status: "failed", error }), words).body.messages[1]?.error).toEqual(error);
    const older = JSON.parse(exported({ status: "failed", error })) as { messages: { error?: unknown }[] };
    for (const message of older.messages) delete message.error;
    const { messages } = readExport(JSON.stringify(older), words).body;
    expect(messages.map((message) => message.error?.code)).toEqual([undefined, "provider_error"]);
  });
});

describe("another file", () => {
  it.each([
    "",
    "not json",
    "null",
    "[]",
    "{}",
    '{"messages": 1}',
    '{"messages": [null]}',
    '{"messages": [{"id": 1, "role": "user", "content": []}]}',
    '{"messages": [{"id": "u", "role": "system", "content": []}]}',
    '{"messages": [{"id": "u", "role": "user", "content": "text"}]}',
  ])("is told from an export: %j", (text) => {
    expect(() => readExport(text, words)).toThrowError(expect.objectContaining({ code: "not_an_export" }));
  });
});
