// Selection of several conversations in the sidebar, against a stand-in of the backend's list.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { useToasts } from "@/components/toasts";
import { makeTokens } from "@/testing/tokens";
import { ConversationList } from "./ConversationList";

const FIRST = 40;
const TIME = "2026-01-01T00:00:00Z";

interface Stored {
  id: string;
  archived: boolean;
  deleted: boolean;
  project_id?: string;
}

let stored: Stored[];
/** Path and body of each change. */
let changes: [string, { ids: string[] }][];
let failing: boolean;

const apply = (path: string, { ids, ...change }: { ids: string[]; archived?: boolean }) => {
  for (const conversation of stored.filter(({ id }) => ids.includes(id))) {
    if (path === "delete") conversation.deleted = true;
    if (path === "restore") conversation.deleted = false;
    if (path === "update_many") Object.assign(conversation, change);
  }
};

const server = setupServer(
  http.get(`${API_URL}/conversation`, ({ request }) => {
    const query = new URL(request.url).searchParams;
    const from = Number(query.get("cursor") ?? 0);
    const limit = Number(query.get("limit"));
    const all = stored.filter(
      ({ archived, deleted, project_id }) =>
        !deleted &&
        (query.get("archived") === "any" || archived === (query.get("archived") === "true")) &&
        project_id == null,
    );
    const items = all.slice(from, from + limit).map(({ deleted: _, ...conversation }) => ({
      ...conversation,
      title: `Chat ${conversation.id}`,
      model_config_id: null,
      pinned: false,
      created_at: TIME,
      updated_at: TIME,
      active_leaf_id: null,
    }));
    return HttpResponse.json({
      items,
      next_cursor: from + limit < all.length ? String(from + limit) : null,
    });
  }),
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: [{ id: "p", name: "Garden" }] })),
  http.post<{ path: string }, { ids: string[] }>(
    `${API_URL}/conversation/:path`,
    async ({ params, request }) => {
      const body = await request.json();
      if (failing) return HttpResponse.json({ error: { code: "not_found", message: "" } }, { status: 404 });
      changes.push([`${params.path}`, body]);
      apply(`${params.path}`, body);
      return HttpResponse.json({});
    },
  ),
);

beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  window.IntersectionObserver = class {
    observe() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
});
beforeEach(() => {
  stored = [];
  changes = [];
  failing = false;
  useToasts.setState([], true);
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function openList(count: number): Promise<ReturnType<typeof userEvent.setup>> {
  stored = Array.from({ length: count }, (_, n) => ({
    id: `c${String(n).padStart(3, "0")}`,
    archived: false,
    deleted: false,
  }));
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter>
        <ConversationList />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await link(0);
  return userEvent.setup();
}

const titleOf = (n: number) => `Chat c${String(n).padStart(3, "0")}`;
const link = (n: number) => screen.findByRole("link", { name: titleOf(n) });
const box = (n: number) =>
  screen.findByRole<HTMLInputElement>("checkbox", { name: `Select “${titleOf(n)}”` });
const selected = () =>
  screen.getAllByRole<HTMLInputElement>("checkbox").filter(({ checked }) => checked).length;
const action = (name: string) => screen.findByRole("button", { name });
const idsOf = (count: number) => stored.slice(0, count).map(({ id }) => id);

describe("selection of conversations", () => {
  it("extends by a click with Shift, from the row that was selected last", async () => {
    const user = await openList(10);
    await user.click(await action("Select"));
    await user.click(await box(2));
    await user.keyboard("{Shift>}");
    await user.click(await box(6));
    await user.keyboard("{/Shift}");
    expect(selected()).toBe(5);
    expect((await box(1)).checked).toBe(false);
    await user.click(await box(4));
    await screen.findByText("4 selected");
  });

  it("begins by a click on a link with Shift", async () => {
    const user = await openList(10);
    await user.keyboard("{Shift>}");
    await user.click(await link(3));
    expect((await box(3)).checked).toBe(true);
    await user.click(await box(1));
    await user.keyboard("{/Shift}");
    expect(selected()).toBe(3);
  });

  it("works by keyboard, and keeps the focus", async () => {
    const user = await openList(10);
    (await link(1)).focus();
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(selected()).toBe(3);
    expect(document.activeElement).toBe(await box(3));
    await user.keyboard("{ArrowDown} ");
    expect((await box(4)).checked).toBe(true);
    await user.keyboard("{Control>}a{/Control}");
    expect(selected()).toBe(10);
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(await link(4));
    expect(screen.queryAllByRole("checkbox")).toEqual([]);
  });

  it("deletes all, also those that are not loaded, in calls of a hundred, and takes it back", async () => {
    const user = await openList(250);
    expect(screen.getAllByRole("link").length).toBe(FIRST);
    await user.click(await action("Select"));
    await user.click(await action("Select all"));
    await screen.findByText("250 selected");
    await user.click(await action("Delete"));
    await screen.findByText(/No chats yet/);
    expect(changes.map(([path, { ids }]) => [path, ids.length])).toEqual([
      ["delete", 100],
      ["delete", 100],
      ["delete", 50],
    ]);
    await waitFor(() => expect(useToasts.getState()[0]?.text).toBe("250 chats moved to the bin"));
    useToasts.getState()[0]?.action?.run();
    await link(0);
    expect(stored.filter(({ deleted }) => deleted)).toEqual([]);
  });

  it("archives several in one call, and takes it back", async () => {
    const user = await openList(5);
    await user.click(await action("Select"));
    await user.click(await box(0));
    await user.click(await box(1));
    await user.click(await action("Archive"));
    await waitFor(() => expect(changes).toEqual([["update_many", { ids: idsOf(2), archived: true }]]));
    await waitFor(() => expect(screen.getAllByRole("link").length).toBe(3));
    await waitFor(() => expect(useToasts.getState()[0]?.text).toBe("2 chats archived"));
    useToasts.getState()[0]?.action?.run();
    await link(0);
    expect(stored.some(({ archived }) => archived)).toBe(false);
  });

  it("archives those that are not in the archive, and takes back those", async () => {
    const user = await openList(4);
    for (const conversation of stored.slice(1, 3)) conversation.archived = true;
    await user.click(await action("Waiting for you"));
    await user.click(await action("Select"));
    await user.click(await box(1));
    await user.click(await box(2));
    await action("Unarchive");
    await user.click(await box(0));
    await user.click(await action("Archive"));
    await waitFor(() => expect(useToasts.getState()[0]?.text).toBe("1 chat archived"));
    useToasts.getState()[0]?.action?.run();
    await waitFor(() =>
      expect(changes).toEqual([
        ["update_many", { ids: ["c000"], archived: true }],
        ["update_many", { ids: ["c000"], archived: false }],
      ]),
    );
  });

  it("moves several to a project, and takes it back", async () => {
    const user = await openList(5);
    await user.click(await action("Select"));
    await user.click(await box(0));
    await user.click(await box(1));
    await user.click(await action("Move to project"));
    await user.click(await screen.findByRole("button", { name: "Garden" }));
    await waitFor(() => expect(changes).toEqual([["update_many", { ids: idsOf(2), project_id: "p" }]]));
    await waitFor(() => expect(screen.getAllByRole("link").length).toBe(3));
    await waitFor(() => expect(useToasts.getState()[0]?.text).toBe("Moved to “Garden”"));
    useToasts.getState()[0]?.action?.run();
    await link(0);
    expect(changes.at(-1)).toEqual(["update_many", { ids: idsOf(2), project_id: null }]);
  });

  it("stays when an action fails, and the rows come back", async () => {
    const user = await openList(5);
    await user.click(await action("Select"));
    await user.click(await box(0));
    failing = true;
    await user.click(await action("Archive"));
    await waitFor(() => expect(useToasts.getState()).toHaveLength(1));
    await waitFor(async () => expect((await box(0)).checked).toBe(true));
    await screen.findByText("1 selected");
  });
});
