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

/** The calls without an answer, which is given by calling them: changes the stored conversation, or refuses. */
let calls: ((isStored: boolean) => void)[];
let queryClient: QueryClient;

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.accept(makeTokens());
  queryClient = new QueryClient();
  queryClient.setQueryData(key, CONVERSATION);
  calls = [];
  let stored = CONVERSATION;
  server.use(
    http.post<never, ConversationUpdate>(`${API_URL}/conversation/update`, async ({ request }) => {
      const { id: _, ...change } = await request.json();
      const isStored = await new Promise<boolean>((resolve) => calls.push(resolve));
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

const change = (update: Omit<ConversationUpdate, "id">) =>
  updateConversation(queryClient, { id: "c", ...update }).catch(() => undefined);

/** Answers the call of a change when the backend has received it, and waits for the change's end. */
async function answer(isStored: boolean, changed: Promise<unknown>): Promise<void> {
  await vi.waitFor(() => expect(calls).toHaveLength(1));
  calls.shift()?.(isStored);
  await changed;
}

describe("changes of a conversation that overlap", () => {
  it("are shown at once, and sent one after the other", async () => {
    const first = change({ tools: ["web_search"] });
    const second = change({ tools: ["web_search", "fetch_url"] });
    expect(shown()).toEqual(["Roses", ["web_search", "fetch_url"]]);
    await answer(true, first);
    expect(shown()).toEqual(["Roses", ["web_search", "fetch_url"]]);
    await answer(true, second);
    expect(shown()).toEqual(["Roses", ["web_search", "fetch_url"]]);
  });

  it("are taken back one by one", async () => {
    const first = change({ title: "Tulips" });
    const second = change({ title: "Lilies" });
    const third = change({ tools: ["web_search"] });
    await answer(false, first);
    expect(shown()).toEqual(["Lilies", ["web_search"]]);
    await answer(false, second);
    expect(shown()).toEqual(["Roses", ["web_search"]]);
    await answer(false, third);
    expect(shown()).toEqual(["Roses", undefined]);
  });

  it("are taken back to what is stored meanwhile", async () => {
    const first = change({ title: "Tulips" });
    const second = change({ title: "Lilies" });
    await answer(true, first);
    await answer(false, second);
    expect(shown()).toEqual(["Tulips", undefined]);
  });

  it("are sent after one that was refused", async () => {
    const first = change({ title: "Tulips" });
    const second = change({ title: "Lilies" });
    await answer(false, first);
    await answer(true, second);
    expect(shown()).toEqual(["Lilies", undefined]);
  });
});
