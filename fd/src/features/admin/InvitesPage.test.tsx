import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Invite } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { InvitesPage } from "./InvitesPage";

const LINK = "https://chat.example.com/#/register?invite=abc";

const invite = (id: string, fields: Partial<Invite>): Invite => ({
  id,
  email: null,
  group: "free",
  created_at: "2026-01-01T00:00:00Z",
  expires_at: "2026-01-08T00:00:00Z",
  used_at: null,
  ...fields,
});

let invites: Invite[];
let created: unknown[];

const server = setupServer(
  http.get(`${API_URL}/admin/invite`, () => HttpResponse.json({ items: invites })),
  http.post(`${API_URL}/admin/invite`, async ({ request }) => {
    created.push(await request.json());
    return HttpResponse.json({ url: LINK, expires_at: "2026-01-08T00:00:00Z" }, { status: 201 });
  }),
  http.post<Record<string, never>, { ids: string[] }>(
    `${API_URL}/admin/invite/revoke`,
    async ({ request }) => {
      const { ids } = await request.json();
      invites = invites.filter(({ id }) => !ids.includes(id));
      return HttpResponse.json({ deleted: ids.length });
    },
  ),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  invites = [];
  created = [];
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function open() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <InvitesPage />
    </QueryClientProvider>,
  );
}

describe("the page of invitations", () => {
  it("creates an invitation and shows its link to be copied", async () => {
    const user = userEvent.setup();
    open();
    await screen.findByText("No invitations.");
    await user.type(screen.getByLabelText("Only for this email (optional)"), "new@example.com");
    await user.selectOptions(screen.getByLabelText("Group"), "pro");
    await user.click(screen.getByText("Create an invitation"));
    const link = (await screen.findByLabelText("Invitation link", { selector: "input" })) as HTMLInputElement;
    expect(link.value).toBe(LINK);
    expect(created).toEqual([{ email: "new@example.com", group: "pro" }]);
    await user.click(screen.getByText("Copy link"));
    await screen.findByText("Copied");
    expect(await navigator.clipboard.readText()).toBe(LINK);
  });

  it("revokes an unused invitation", async () => {
    invites = [
      invite("a", { email: "used@example.com", used_at: "2026-01-02T00:00:00Z" }),
      invite("b", { email: "open@example.com" }),
    ];
    open();
    await screen.findByText("used@example.com");
    expect(screen.getAllByText("Revoke")).toHaveLength(1);
    await userEvent.click(screen.getByText("Revoke"));
    await waitFor(() => expect(screen.queryByText("open@example.com")).toBeNull());
  });
});
