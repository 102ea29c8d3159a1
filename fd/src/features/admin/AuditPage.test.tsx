import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { AuditEntry } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { AuditPage } from "./AuditPage";

const entry = (id: string, fields: Partial<AuditEntry>): AuditEntry => ({
  id,
  created_at: "2026-01-01T00:00:00Z",
  actor_id: "a",
  actor_email: "admin@example.com",
  action: "user_update",
  user_id: null,
  user_email: null,
  subject: null,
  changes: {},
  ...fields,
});

let entries: AuditEntry[];
const server = setupServer(
  http.get(`${API_URL}/admin/audit`, () => HttpResponse.json({ items: entries, next_cursor: null })),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => session.accept(makeTokens()));
afterAll(() => server.close());

describe("the audit log", () => {
  it("has groups by the names that people know", async () => {
    entries = [
      entry("1", { action: "budget_update", subject: "pro", changes: { day_budget: [null, 5] } }),
      entry("2", { user_id: "u", user_email: "one@example.com", changes: { group: ["free", "admin"] } }),
      // A model may have the name of a group.
      entry("3", { action: "model_delete", subject: "pro" }),
    ];
    render(
      <QueryClientProvider client={new QueryClient()}>
        <AuditPage />
      </QueryClientProvider>,
    );
    const rows = (await screen.findAllByRole("listitem")).map(({ textContent }) => textContent);
    expect(rows.filter((row) => row?.includes("admin@example.com"))).toEqual([
      expect.stringContaining("Budget changed · Pro"),
      expect.stringContaining("Group: Free → Administrator"),
      expect.stringContaining("Model no longer offered · pro"),
    ]);
  });
});
