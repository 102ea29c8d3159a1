import { QueryClient } from "@tanstack/react-query";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Conversation, ConversationUpdate } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { updateConversation } from "./queries";

const CONVERSATION: Conversation = {
  id: "c",
  title: "Roses",
  pinned: false,
  archived: false,
  model_config_id: null,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  active_leaf_id: null,
};
const key = ["conversation", "c"];

/** Answers the calls by their position: changes the stored conversation, or refuses. */
let answers: ((isStored: boolean) => void)[];
let queryClient: QueryClient;

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.accept(makeTokens());
  queryClient = new QueryClient();
  queryClient.setQueryData(key, CONVERSATION);
  answers = [];
  let stored = CONVERSATION;
  server.use(
    http.post<never, ConversationUpdate>(`${API_URL}/conversation/update`, async ({ request }) => {
      const { id: _, ...change } = await request.json();
      const isStored = await new Promise<boolean>((resolve) => answers.push(resolve));
      if (!isStored) return HttpResponse.json({ error: { code: "x", message: "" } }, { status: 422 });
      stored = { ...stored, ...(change as Partial<Conversation>) };
      return HttpResponse.json(stored);
    }),
  );
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const shown = () => {
  const { title, tools } = queryClient.getQueryData<Conversation>(key) ?? CONVERSATION;
  return [title, tools];
};

/** Requests a change, and returns its end once the backend has received it. */
async function change(update: Omit<ConversationUpdate, "id">): Promise<{ done: Promise<unknown> }> {
  const count = answers.length;
  const done = updateConversation(queryClient, { id: "c", ...update }).catch(() => undefined);
  await vi.waitFor(() => expect(answers).toHaveLength(count + 1));
  return { done };
}

describe("changes of a conversation that overlap", () => {
  it("stay when an earlier one is answered", async () => {
    const first = await change({ tools: ["web_search"] });
    const second = await change({ tools: ["web_search", "fetch_url"] });
    answers[0]?.(true);
    await first.done;
    expect(shown()).toEqual(["Roses", ["web_search", "fetch_url"]]);
    answers[1]?.(true);
    await second.done;
    expect(shown()).toEqual(["Roses", ["web_search", "fetch_url"]]);
  });

  it("stay when a later one is answered first", async () => {
    const first = await change({ title: "Tulips" });
    const second = await change({ tools: ["web_search"] });
    answers[1]?.(true);
    await second.done;
    expect(shown()).toEqual(["Tulips", ["web_search"]]);
    answers[0]?.(true);
    await first.done;
    expect(shown()).toEqual(["Tulips", ["web_search"]]);
  });

  it("are taken back one by one", async () => {
    const first = await change({ title: "Tulips" });
    const second = await change({ title: "Lilies" });
    const third = await change({ tools: ["web_search"] });
    answers[0]?.(false);
    await first.done;
    expect(shown()).toEqual(["Lilies", ["web_search"]]);
    answers[1]?.(false);
    await second.done;
    expect(shown()).toEqual(["Roses", ["web_search"]]);
    answers[2]?.(false);
    await third.done;
    expect(shown()).toEqual(["Roses", undefined]);
  });

  it("are not taken back to values before one that is stored", async () => {
    const first = await change({ title: "Tulips" });
    const second = await change({ title: "Lilies" });
    answers[1]?.(true);
    await second.done;
    answers[0]?.(false);
    await first.done;
    expect(shown()).toEqual(["Lilies", undefined]);
  });
});
