import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createStore } from "zustand";
import type { ConversationController } from "./conversation-controller";
import { FindSession, type FindStatus } from "./find-session";

describe("finding in a conversation whose history is loading", () => {
  // jsdom has no highlights.
  beforeEach(() => {
    vi.stubGlobal("CSS", { highlights: new Map() });
    vi.stubGlobal("Highlight", class {});
  });
  afterEach(() => vi.unstubAllGlobals());

  it("finds what the history turns out to have", async () => {
    let loaded = () => {};
    const loading = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    const store = createStore(() => ({
      history: "loading",
      path: [] as string[],
      keys: [],
      messages: new Map(),
    }));
    const findPhrase = vi.fn(async () => new Map([["first", 2]]));
    const controller = { store, load: () => loading, findPhrase } as unknown as ConversationController;
    let status: FindStatus | undefined;
    const session = new FindSession(controller, (reported) => {
      status = reported;
    });

    session.find("words");
    expect(status).toMatchObject({ total: 0, busy: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(findPhrase).not.toHaveBeenCalled();

    const first = { id: "first", key: "first", status: "unloaded", content: [] };
    store.setState({ history: "loaded", path: ["first"], messages: new Map([["first", first]]) });
    loaded();
    await vi.waitFor(() => expect(status).toMatchObject({ total: 2, current: 1 }));
    session.end();
  });
});
