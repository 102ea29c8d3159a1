import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { SearchEngine, ToolServer } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { ToolsPage } from "./ToolsPage";

const IMPORTED: ToolServer = {
  id: "s",
  name: "Calendar",
  url: "https://mcp.example.com/",
  auth: "bearer",
  connected: false,
  offered: false,
  tools: [],
  policy: {},
  created_at: "2026-01-01T00:00:00Z",
};

const tool = (name: string) => ({ name, description: "", read_only: false });
const CONNECTED: ToolServer = { ...IMPORTED, connected: true, tools: ["read", "write", "send"].map(tool) };

/** The servers of the backend. */
let servers: ToolServer[];
let engine: SearchEngine;
/** The policies that it was sent. */
let policies: object[];

const server = setupServer(
  http.get(`${API_URL}/tool`, () => HttpResponse.json({ items: servers })),
  http.get(`${API_URL}/tool/search`, () => HttpResponse.json(engine)),
  http.post(`${API_URL}/tool/search/save`, () => {
    engine = { offered: false, provider: "searxng", base_url: "https://search.example.com" };
    return HttpResponse.json(engine);
  }),
  http.post(`${API_URL}/tool/search/test`, () => HttpResponse.json({ ok: true, results: 1 })),
  http.post(`${API_URL}/tool/search/delete`, () => {
    engine = { offered: false };
    return new HttpResponse(null, { status: 204 });
  }),
  http.post(`${API_URL}/tool/delete`, () => {
    servers = [];
    return HttpResponse.json({ deleted: 1 });
  }),
  http.post<never, Pick<ToolServer, "id" | "policy">>(`${API_URL}/tool/update`, async ({ request }) => {
    const { policy } = await request.json();
    policies.push(policy);
    servers = [{ ...CONNECTED, policy }];
    return HttpResponse.json(servers[0]);
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  policies = [];
  engine = { offered: false };
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** `known`: the list that the application has loaded before. */
function open(known?: ToolServer[]): void {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 15_000 } } });
  if (known) queryClient.setQueryData(["tool-servers"], { items: known });
  render(
    <QueryClientProvider client={queryClient}>
      <MemoryRouter>
        <ToolsPage />
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

it("asks for the token of a server that was imported without it", async () => {
  servers = [IMPORTED];
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Enter token" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByLabelText("Access token")).toBeDefined();
});

describe("the policy of a tool", () => {
  const choices = (...values: string[]) =>
    waitFor(() =>
      expect(screen.getAllByRole<HTMLSelectElement>("combobox").map(({ value }) => value)).toEqual(values),
    );
  const choose = async (name: string, value: string) =>
    userEvent.selectOptions(
      await screen.findByRole("combobox", { name: new RegExp(name), hidden: true }),
      value,
    );

  it("is shown as it is now, such as after an answer in a chat", async () => {
    servers = [{ ...CONNECTED, policy: { read: "allow" } }];
    open([CONNECTED]);
    await choices("allow", "", "");
  });

  it("does not undo what was chosen elsewhere meanwhile", async () => {
    servers = [CONNECTED];
    open();
    await choices("", "", "");
    servers = [{ ...CONNECTED, policy: { read: "allow", send: "deny" } }];
    await choose("write", "ask");
    await choices("allow", "ask", "deny");
    expect(policies).toEqual([{ read: "allow", send: "deny", write: "ask" }]);
  });

  it("can be changed while another one is saved", async () => {
    servers = [CONNECTED];
    open();
    await choices("", "", "");
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.use(http.post(`${API_URL}/tool/update`, () => held, { once: true }));
    await choose("read", "allow");
    await choose("write", "deny");
    await choices("allow", "deny", "");
    expect(policies).toEqual([]);
    release();
    await waitFor(() => expect(policies).toHaveLength(2));
    expect(policies.at(-1)).toEqual({ read: "allow", write: "deny" });
    await choices("allow", "deny", "");
  });

  it("is shown again as it was, with the reason, when it cannot be saved", async () => {
    servers = [CONNECTED];
    server.use(
      http.post(`${API_URL}/tool/update`, () => {
        const error = { code: "internal_error", message: "no", request_id: "r" };
        return HttpResponse.json({ error }, { status: 500 });
      }),
    );
    open();
    await choices("", "", "");
    await choose("read", "allow");
    await screen.findByText(/server had an error/);
    await choices("", "", "");
  });
});

it.each([
  ["tool/delete", "Delete “Calendar”"],
  ["tool/search/delete", "Delete “SearXNG”"],
])("shows in the dialog why this failed: %s", async (call, name) => {
  servers = [CONNECTED];
  engine = { offered: false, provider: "searxng", base_url: "https://search.example.com" };
  server.use(
    http.post(`${API_URL}/${call}`, () =>
      HttpResponse.json({ error: { code: "not_found", message: "", request_id: "r" } }, { status: 404 }),
    ),
  );
  open();
  await userEvent.click(await screen.findByRole("button", { name }));
  const dialog = within(await screen.findByRole("dialog"));
  await userEvent.click(dialog.getByRole("button", { name: "Delete" }));
  expect((await dialog.findByRole("alert")).textContent).toContain("This does not exist");
});

describe("the focus", () => {
  const answer = async (name: string) =>
    userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name }));
  const closed = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

  it("stays in the list when a server is deleted", async () => {
    servers = [CONNECTED];
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Delete “Calendar”" }));
    await answer("Delete");
    await closed();
    await screen.findByText("No tool servers yet.");
    expect(document.activeElement).toBe(screen.getByRole("list"));
  });

  it("stays at the search engine whose buttons others replace", async () => {
    servers = [];
    open();
    const card = await screen.findByRole("region", { name: "Web search" });
    await userEvent.click(within(card).getByRole("button", { name: "Use your own key" }));
    const form = within(await screen.findByRole("dialog"));
    await userEvent.selectOptions(form.getByLabelText("Search engine"), "searxng");
    await userEvent.type(form.getByLabelText("Address"), "https://search.example.com{Enter}");
    await closed();
    expect(document.activeElement).toBe(card);

    await userEvent.click(within(card).getByRole("button", { name: /^Delete/ }));
    await answer("Delete");
    await closed();
    expect(document.activeElement).toBe(card);
  });
});
