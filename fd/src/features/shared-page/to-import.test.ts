import { describe, expect, it } from "vitest";
import type { SharedDocument } from "@/api/shared-document";
import { toImport } from "./to-import";

const TIME = "2026-01-02T03:04:05.000Z";
const SOURCE = { n: 1, title: "Birds", url: "https://birds.example.com/" };
const WORDS = { image: "image", leftOut: "left out" };
const NONE = { model: "", status: "completed", reasoning: "", sources: [], steps: [] } as const;
const DOCUMENT: SharedDocument = {
  title: "Birds",
  sharedAt: TIME,
  expiresAt: null,
  messages: [
    { ...NONE, role: "user", createdAt: TIME, content: [{ type: "image", name: "x.png" }] },
    {
      role: "assistant",
      createdAt: TIME,
      content: [{ type: "text", text: "A heron." }],
      model: "ornithologist",
      status: "failed",
      reasoning: "Grey.",
      sources: [SOURCE],
      steps: [
        {
          tool: "search_file",
          title: "Search",
          state: "done",
          at: 0,
          arguments: "{}",
          preview: "",
          result: "A page",
          sources: [SOURCE],
          startedAt: TIME,
          endedAt: TIME,
        },
      ],
    },
    { ...NONE, role: "user", createdAt: TIME, content: [] },
  ],
};

describe("the import of a shared document", () => {
  it("is a branch, with notes in place of what belongs to the other account", () => {
    const { title, messages } = toImport(DOCUMENT, new Map(), WORDS);
    expect(title).toBe("Birds");
    expect(messages.map(({ id, parent_id }) => [id, parent_id])).toEqual([
      ["1", null],
      ["2", "1"],
      ["3", "2"],
    ]);
    expect(messages.map(({ content }) => content)).toEqual([
      [{ type: "text", text: "*[image]*" }],
      [{ type: "text", text: "A heron." }],
      [{ type: "text", text: "*[left out]*" }],
    ]);
    expect(messages[1]).toMatchObject({
      model: "ornithologist",
      status: "stopped",
      reasoning: "Grey.",
      sources: [SOURCE],
      steps: [{ n: 1, tool: "search_file", result: "A page", preview: null }],
    });
    expect(Object.keys(messages[2] ?? {})).not.toContain("model");
  });

  it("names uploaded images by their keys", () => {
    const { messages } = toImport(DOCUMENT, new Map([["x.png", "key"]]), WORDS);
    expect(messages[0]?.content).toEqual([{ type: "image_url", image_url: { key: "key" } }]);
  });
});
