import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { emptyConversation, reduceConversation } from "./conversation-state";
import { exportConversation, toJson, toMarkdown } from "./export";

const words = { user: "You", assistant: "Assistant", image: "Image" };

function stored(id: string, parentId: string | null, content: Message["content"]): Message {
  return {
    id,
    parent_id: parentId,
    role: id.includes("u") ? "user" : "assistant",
    content,
    status: "completed",
    created_at: "2026-01-01T00:00:00Z",
  } as Message;
}

const text = (value: string) => ({ type: "text" as const, text: value });

const shown = reduceConversation(emptyConversation, {
  type: "messages_loaded",
  messages: [
    stored("1-u1", null, [
      { type: "image_url", image_url: { url: "https://store.test/k?secret", key: "k.png" } },
      text("Why?"),
    ] as Message["content"]),
    stored("3-a2", "1-u1", [text("**Because**")]),
  ],
});
// Another branch is loaded later, when it is chosen or for the file.
const state = reduceConversation(shown, {
  type: "messages_loaded",
  messages: [stored("2-a1", "1-u1", [text("First try")])],
});

describe("an exported conversation", () => {
  it("is the branch on the screen as Markdown", () => {
    expect(toMarkdown("Reasons", state, words)).toBe(
      "# Reasons\n\n## You\n\n*[Image: k.png]*\n\nWhy?\n\n## Assistant\n\n**Because**\n",
    );
  });

  it("has every branch as JSON, and no address that gives access", () => {
    const json = toJson("Reasons", state);
    const parsed = JSON.parse(json) as {
      active_leaf_id: string;
      messages: { id: string; parent_id: string }[];
    };
    expect(parsed.messages.map(({ id, parent_id }) => [id, parent_id])).toEqual([
      ["1-u1", null],
      ["2-a1", "1-u1"],
      ["3-a2", "1-u1"],
    ]);
    expect(parsed.active_leaf_id).toBe("3-a2");
    expect(json).not.toContain("secret");
  });

  it("has a reply's numbered sources, in both formats", () => {
    const sources = [{ n: 1, title: "A page", url: "https://a.example/x_(y)" }];
    const reply = { ...stored("4-a3", "1-u1", [text("So [1]")]), sources, context_start_id: "1-u1" };
    const withSources = reduceConversation(shown, { type: "messages_loaded", messages: [reply] });
    const path = ["1-u1", "4-a3"];

    expect(toMarkdown("Reasons", { ...withSources, path }, words)).toMatch(
      /So \[1\]\n\n1\. \[A page\]\(<https:\/\/a\.example\/x_\(y\)>\)\n$/,
    );
    const { messages } = JSON.parse(toJson("Reasons", withSources)) as {
      messages: Record<string, unknown>[];
    };
    expect(messages.at(-1)).toMatchObject({ sources, context_start_id: "1-u1" });
    expect(messages[0]).not.toHaveProperty("sources");
  });

  it("is named by its title, without what a file name cannot have", () => {
    expect(exportConversation("json", 'a/b: "c"?', state, words).name).toBe("a b c.json");
    expect(exportConversation("markdown", "...\n", state, words).name).toBe("....md");
    expect(exportConversation("json", "//", state, words).name).toBe("conversation.json");
  });
});
