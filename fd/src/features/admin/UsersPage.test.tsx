import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { API_URL, api, session } from "@/api/client";
import type { AdminUser } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { UsersPage } from "./UsersPage";

const account = (id: string, group = "free"): AdminUser => ({
  id,
  email: `${id}@example.com`,
  username: id,
  group,
  created_at: "2026-01-01T00:00:00Z",
  disabled_at: null,
  budget: { day: null, month: null },
  month_cost: 0,
});

const RESET_LINK = "https://chat.example.com/#/reset/abc";
let users: AdminUser[];
let searches: string[];
/** Path and body of each change. */
let changes: [string, unknown][];

const server = setupServer(
  http.get(`${API_URL}/admin/settings`, () => HttpResponse.json({ values: { currency: "EUR" } })),
  http.get(`${API_URL}/user/me`, () => HttpResponse.json(account("ann", "admin"))),
  http.get(`${API_URL}/admin/user`, ({ request }) => {
    const text = new URL(request.url).searchParams.get("q") ?? "";
    searches.push(text);
    return HttpResponse.json({ items: users.filter(({ email }) => email.includes(text)), next_cursor: null });
  }),
  http.post<{ action: string }, { id: string; disabled?: boolean }>(
    `${API_URL}/admin/user/:action`,
    async ({ request, params }) => {
      const body = await request.json();
      changes.push([`${params.action}`, body]);
      if (params.action === "delete") users = users.filter(({ id }) => id !== body.id);
      if (body.disabled !== undefined) {
        const disabled_at = body.disabled ? "2026-02-01T00:00:00Z" : null;
        users = users.map((user) => (user.id === body.id ? { ...user, disabled_at } : user));
      }
      return params.action === "delete"
        ? new HttpResponse(null, { status: 202 })
        : HttpResponse.json(params.action === "update" ? users[0] : { revoked: 2, url: RESET_LINK });
    },
  ),
);

beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
});
beforeEach(() => {
  users = [account("bob"), account("ann", "admin")];
  changes = [];
  searches = [];
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function open() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <UsersPage />
    </QueryClientProvider>,
  );
  await screen.findByText(/bob@example.com/);
}

async function choose(email: string, action: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${email}` }));
  // The menu is loaded when it is first opened.
  await userEvent.click(await screen.findByRole("menuitem", { name: action }));
}

describe("the page of users", () => {
  it("finds accounts, with one request for a word", async () => {
    await open();
    searches = [];
    const get = vi.spyOn(api, "GET");
    // In one task, which no pause of the machine can part.
    const field = screen.getByRole("searchbox");
    for (const value of ["a", "an", "ann"]) fireEvent.change(field, { target: { value } });
    await waitFor(() => expect(screen.queryByText(/bob@example.com/)).toBeNull());
    expect(screen.getByText(/ann@example.com/)).toBeTruthy();
    expect(searches).toEqual(["ann"]);
    // A request that another follows at once does not reach the server.
    expect(get.mock.calls.filter(([path]) => path === "/admin/user")).toHaveLength(1);
  });

  it("changes the group of another account, not of one's own", async () => {
    await open();
    await userEvent.selectOptions(screen.getByLabelText("Group of bob@example.com"), "pro");
    await waitFor(() => expect(changes).toEqual([["update", { id: "bob", group: "pro" }]]));
    expect((screen.getByLabelText("Group of ann@example.com") as HTMLSelectElement).disabled).toBe(true);
  });

  it("disables an account after a confirmation, and enables it again", async () => {
    await open();
    await choose("bob@example.com", "Disable account");
    const dialog = await screen.findByRole("dialog");
    expect(changes).toEqual([]);
    await userEvent.click(within(dialog).getByRole("button", { name: "Disable account" }));
    expect(await screen.findByText("Disabled")).toBeTruthy();
    await choose("bob@example.com", "Enable account");
    await waitFor(() => expect(screen.queryByText("Disabled")).toBeNull());
    expect(changes.map(([, body]) => body)).toEqual([
      { id: "bob", disabled: true },
      { id: "bob", disabled: false },
    ]);
  });

  it("shows the cost of the month, and sets a user's budget", async () => {
    users = [{ ...account("bob"), month_cost: 12.5 }];
    await open();
    expect(await screen.findByText(/€12\.50 this month/)).toBeTruthy();
    await choose("bob@example.com", "Budget…");
    const dialog = await screen.findByRole("dialog");
    const day = within(dialog).getByLabelText("Per day (UTC)");
    await userEvent.type(day, "much");
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(within(dialog).getByText("Enter a number, or leave it empty.")).toBeTruthy();
    await userEvent.clear(day);
    await userEvent.type(day, "1.5");
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(changes).toEqual([["update", { id: "bob", budget: { day: 1.5 } }]]);
  });

  it("opens the dialogs of a row without the error of an earlier change", async () => {
    await open();
    server.use(
      http.post(`${API_URL}/admin/user/update`, () =>
        HttpResponse.json({ error: { code: "not_found", message: "no", request_id: "r" } }, { status: 404 }),
      ),
    );
    for (const action of ["Budget…", "Disable account", "Delete account"]) {
      await userEvent.selectOptions(screen.getByLabelText("Group of bob@example.com"), "pro");
      await screen.findByRole("alert");
      await choose("bob@example.com", action);
      const dialog = await screen.findByRole("dialog");
      expect(within(dialog).queryByRole("alert")).toBeNull();
      await userEvent.click(within(dialog).getByRole("button", { name: "Close" }));
      await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    }
  });

  it("shows a password reset link", async () => {
    await open();
    await choose("bob@example.com", "Password reset link");
    const link = await screen.findByLabelText("Password reset link", { selector: "input" });
    expect((link as HTMLInputElement).value).toBe(RESET_LINK);
    expect(changes).toEqual([["reset_link", { id: "bob" }]]);
  });

  it("deletes an account after a confirmation", async () => {
    await open();
    await choose("bob@example.com", "Delete account");
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("button", { name: "Delete account" }));
    await waitFor(() => expect(screen.queryByText(/bob@example.com/)).toBeNull());
    expect(changes).toEqual([["delete", { id: "bob" }]]);
  });
});
