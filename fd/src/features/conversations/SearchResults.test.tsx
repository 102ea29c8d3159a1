import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter, useLocation } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { ConversationList } from "./ConversationList";
import { SearchResults } from "./SearchResults";

const TIME = "2026-01-01T00:00:00Z";
const STORED = [
  { id: "c1", title: "Roses", archived: false, project_id: null },
  { id: "c2", title: "Roses in the garden", archived: false, project_id: "p" },
  { id: "c3", title: "Old roses", archived: true, project_id: null },
  { id: "c4", title: "Old roses in the garden", archived: true, project_id: "p" },
];

/** The answers wait for this. */
let held: Promise<void>;

const server = setupServer(
  http.get(`${API_URL}/conversation`, async ({ request }) => {
    await held;
    const query = new URL(request.url).searchParams;
    const archived = query.get("archived");
    const projectId = query.get("project_id");
    const q = query.get("q") ?? "";
    const items = STORED.filter(
      (conversation) =>
        conversation.title.toLowerCase().includes(q) &&
        (archived === "any" || archived === String(conversation.archived)) &&
        (projectId === null || projectId === (conversation.project_id ?? "none")),
    ).map((conversation) => ({
      ...conversation,
      model_config_id: null,
      pinned: false,
      created_at: TIME,
      updated_at: TIME,
      active_leaf_id: null,
    }));
    return HttpResponse.json({ items, next_cursor: null });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  held = Promise.resolve();
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const titles = () => screen.queryAllByRole("link").map(({ textContent }) => textContent);

it("the search finds conversations in projects, archived ones on request", async () => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <SearchResults q="roses" />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await vi.waitFor(() => expect(titles()).toEqual(["Roses", "Roses in the garden"]));
  await userEvent.click(screen.getByRole("checkbox"));
  await vi.waitFor(() => expect(titles()).toHaveLength(4));
});

/** The addresses, one after another. */
let visited: string[];

function Visited() {
  const { pathname } = useLocation();
  if (visited.at(-1) !== pathname) visited.push(pathname);
  return null;
}

describe("Enter in the search", () => {
  async function openList(): Promise<HTMLElement> {
    visited = [];
    render(
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter>
          <ConversationList />
          <Visited />
        </MemoryRouter>
      </QueryClientProvider>,
    );
    await screen.findByRole("link", { name: "Roses" });
    return screen.getByRole("searchbox");
  }
  const expectVisited = (...paths: string[]) => vi.waitFor(() => expect(visited).toEqual(paths));

  it("opens the first result of the text, also before the pause after which it is searched", async () => {
    await userEvent.type(await openList(), "garden{Enter}");
    await expectVisited("/", "/c/c2");
  });

  it("opens no result of the beginning of the text", async () => {
    const field = await openList();
    await userEvent.type(field, "roses");
    await screen.findByRole("link", { name: "Roses in the garden" });
    await userEvent.type(field, " in{Enter}");
    await expectVisited("/", "/c/c2");
  });

  it("opens a result instead of selecting a row", async () => {
    const field = await openList();
    await userEvent.click(screen.getByRole("button", { name: "Select" }));
    await userEvent.type(field, "garden{Enter}");
    await expectVisited("/", "/c/c2");
  });

  it("opens nothing once the user types on, and nothing without a word", async () => {
    const field = await openList();
    let release = (): void => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    await userEvent.type(field, "garden{Enter}ing");
    release();
    await screen.findByText("No chats match");
    await userEvent.clear(field);
    await userEvent.type(field, " {Enter}");
    await screen.findByRole("link", { name: "Roses" });
    await expectVisited("/");
  });
});
