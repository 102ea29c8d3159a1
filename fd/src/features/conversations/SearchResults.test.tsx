import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { SearchResults } from "./SearchResults";

const TIME = "2026-01-01T00:00:00Z";
const STORED = [
  { id: "c1", title: "Roses", archived: false, project_id: null },
  { id: "c2", title: "Roses in the garden", archived: false, project_id: "p" },
  { id: "c3", title: "Old roses", archived: true, project_id: null },
  { id: "c4", title: "Old roses in the garden", archived: true, project_id: "p" },
];

const server = setupServer(
  http.get(`${API_URL}/conversation`, ({ request }) => {
    const query = new URL(request.url).searchParams;
    const archived = query.get("archived");
    const projectId = query.get("project_id");
    const items = STORED.filter(
      (conversation) =>
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
beforeEach(() => session.accept(makeTokens()));
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
