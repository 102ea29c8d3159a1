import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { ServerStatus } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { StatusPage } from "./StatusPage";

const HOUR = 3_600_000;
const status = (fields: Partial<ServerStatus> = {}): ServerStatus => ({
  failures: [],
  streaming: 3,
  stuck: 0,
  waiting: 0,
  connections: 7,
  database_connections: 12,
  max_database_connections: 500,
  swept_at: new Date(Date.now() - HOUR).toISOString(),
  release: "0123456789ab",
  schema_revision: "0026",
  newest_schema_revision: "0026",
  ...fields,
});

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => session.accept(makeTokens()));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function show(answer: ServerStatus) {
  server.use(http.get(`${API_URL}/admin/status`, () => HttpResponse.json(answer)));
  render(
    <QueryClientProvider client={new QueryClient()}>
      <StatusPage />
    </QueryClientProvider>,
  );
  await screen.findByText("The server");
}

/** The value beside a name. */
function factOf(name: string): HTMLElement {
  const fact = screen.getByText(name).parentElement as HTMLElement;
  return within(fact).getByRole("definition");
}

const isMarked = (name: string) => factOf(name).classList.contains("text-danger");

describe("the state of the server", () => {
  it("has the database's connections, the last sweep, the release and the schema", async () => {
    await show(status());
    expect(factOf("Database connections").textContent).toBe("12 of at most 500");
    expect(factOf("Release").textContent).toBe("0123456789ab");
    expect(factOf("Database schema").textContent).toBe("0026, up to date");
    expect(["Database connections", "Last sweep", "Database schema"].filter(isMarked)).toEqual([]);
  });

  it("marks a sweep that is late, few free connections, and a schema of another release", async () => {
    const sweptAt = new Date(Date.now() - 27 * HOUR).toISOString();
    await show(status({ swept_at: sweptAt, database_connections: 450, schema_revision: "0025" }));
    expect(factOf("Database schema").textContent).toBe("0025, but this release expects 0026");
    expect(["Database connections", "Last sweep", "Database schema"].every(isMarked)).toBe(true);
  });

  it("leaves out what the database and a developer's machine do not know", async () => {
    const none = { database_connections: null, max_database_connections: null, release: null };
    await show(status({ ...none, swept_at: null }));
    expect(screen.queryByText("Database connections")).toBeNull();
    expect(screen.queryByText("Release")).toBeNull();
    expect(factOf("Last sweep").textContent).toBe("Never");
  });
});
