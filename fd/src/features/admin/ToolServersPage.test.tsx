import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { OfferedServer } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { ToolServersPage } from "./ToolServersPage";

const offered = (name: string, fields: Partial<OfferedServer> = {}): OfferedServer => ({
  id: name,
  name,
  url: `https://${name}.example.com/mcp`,
  auth: "none",
  token_hint: null,
  enabled: true,
  tools: null,
  created_at: "2026-01-01T00:00:00Z",
  ...fields,
});

let servers: OfferedServer[];
let calls: [string, unknown][];

const answer = http.post<{ action: string }, { id?: string; ids?: string[]; enabled?: boolean }>(
  `${API_URL}/admin/tool/:action`,
  async ({ request, params }) => {
    const change = await request.json();
    calls.push([params.action, change]);
    if (params.action === "delete") {
      servers = servers.filter(({ id }) => !change.ids?.includes(id));
      return HttpResponse.json({ deleted: 1 });
    }
    servers = servers.map((one) => (one.id === change.id ? { ...one, ...change, id: one.id } : one));
    return HttpResponse.json(servers[0] ?? offered("new"));
  },
);
const server = setupServer(
  http.get(`${API_URL}/admin/tool`, () => HttpResponse.json({ items: servers })),
  http.post(`${API_URL}/tool/test`, () =>
    HttpResponse.json({ ok: true, tools: [{ name: "add", description: "", read_only: true }] }),
  ),
  answer,
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  servers = [];
  calls = [];
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function renderPage() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToolServersPage />
    </QueryClientProvider>,
  );
}

async function choose(name: string, action: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  await userEvent.click(await screen.findByRole("menuitem", { name: action }));
}

async function fill(label: string, text: string) {
  const field = screen.getByLabelText(label);
  await userEvent.clear(field);
  await userEvent.type(field, text);
}

describe("the page of offered tool servers", () => {
  it("offers a server with an access token, without OAuth", async () => {
    servers = [offered("notes")];
    renderPage();
    await userEvent.click(await screen.findByRole("button", { name: "Add tool server" }));
    expect(screen.getAllByRole("option").map(({ textContent }) => textContent)).toEqual([
      "None",
      "Access token",
    ]);
    await fill("Name", "notes");
    await fill("URL", "https://tools.example.com/mcp");
    await userEvent.selectOptions(screen.getByLabelText("Login"), "Access token");
    await fill("Access token", "secret-token");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Another tool server has this name.");
    await fill("Name", "Our notes");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(calls).toEqual([
      [
        "create",
        {
          name: "Our notes",
          url: "https://tools.example.com/mcp",
          auth: "bearer",
          token: "secret-token",
          enabled: true,
        },
      ],
    ]);
  });

  it("keeps the stored token of a server that is changed", async () => {
    servers = [offered("notes", { auth: "bearer", token_hint: "0001" })];
    renderPage();
    await choose("notes", "Edit tool server");
    await fill("Name", "Our notes");
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Save" }));
    await screen.findByText("Our notes");
    expect(calls).toEqual([
      ["update", { id: "notes", name: "Our notes", url: "https://notes.example.com/mcp", auth: "bearer" }],
    ]);
  });

  it("tests a server, which a disabled one cannot be", async () => {
    servers = [offered("notes")];
    renderPage();
    await userEvent.click(await screen.findByRole("button", { name: "Test" }));
    await screen.findByText("Connected. 1 tool.");
    await choose("notes", "Stop offering");
    await screen.findByText("Disabled");
    expect(screen.queryByRole("button", { name: "Test" })).toBeNull();
    await choose("notes", "Offer again");
    await screen.findByRole("button", { name: "Test" });
    expect(calls.map(([, change]) => change)).toEqual([
      { id: "notes", enabled: false },
      { id: "notes", enabled: true },
    ]);
  });

  it("saves a server under its own name after a test that ends while it is edited", async () => {
    servers = [offered("notes")];
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    server.use(
      http.post(`${API_URL}/tool/test`, async () => {
        await ended;
        servers = [offered("notes", { tools: 3 })];
        return HttpResponse.json({ ok: true, tools: [] });
      }),
    );
    renderPage();
    await userEvent.click(await screen.findByRole("button", { name: "Test" }));
    await choose("notes", "Edit tool server");
    end();
    await screen.findByText("3 tools");
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(calls.map(([action]) => action)).toEqual(["update"]);
  });

  it("deletes a server after a confirmation", async () => {
    servers = [offered("notes")];
    renderPage();
    await choose("notes", "Delete");
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
    await screen.findByText("No tool servers are offered yet.");
    expect(calls).toEqual([["delete", { ids: ["notes"] }]]);
  });
});
