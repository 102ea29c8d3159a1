import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import type { Amounts } from "./BudgetForm";
import { BudgetsPage } from "./BudgetsPage";

let budgets: Record<string, Amounts>;
let changes: unknown[];

const items = () => Object.entries(budgets).map(([group, amounts]) => ({ group, ...amounts }));
const server = setupServer(
  http.get(`${API_URL}/admin/settings`, () => HttpResponse.json({ values: { currency: "EUR" } })),
  http.get(`${API_URL}/admin/budget`, () => HttpResponse.json({ items: items() })),
  http.post<never, Partial<Amounts> & { group: string }>(
    `${API_URL}/admin/budget/update`,
    async ({ request }) => {
      const change = await request.json();
      changes.push(change);
      const { group, ...amounts } = change;
      budgets = { ...budgets, [group]: { ...budgets[group], ...amounts } as Amounts };
      return HttpResponse.json({ items: items() });
    },
  ),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  const none = { day: null, month: null };
  budgets = { free: none, pro: none, admin: none };
  changes = [];
  session.accept(makeTokens());
});
afterAll(() => server.close());

describe("the page of budgets", () => {
  it("saves the amount that was changed, and follows another administrator's changes", async () => {
    const queryClient = new QueryClient();
    render(
      <QueryClientProvider client={queryClient}>
        <BudgetsPage />
      </QueryClientProvider>,
    );
    const pro = within(await screen.findByRole("region", { name: "Pro" }));
    const day = pro.getByLabelText("Per day (UTC)");
    const month = pro.getByLabelText("Per month (UTC)");
    const save = pro.getByRole("button", { name: "Save" });
    await userEvent.type(day, "1.50");
    budgets = { ...budgets, pro: { day: 3, month: 30 } };
    await queryClient.invalidateQueries();
    await waitFor(() => expect(month).toHaveProperty("value", "30"));
    expect(day).toHaveProperty("value", "1.50");
    await userEvent.click(save);
    await waitFor(() => expect(day).toHaveProperty("value", "1.5"));
    expect(changes).toEqual([{ group: "pro", day: 1.5 }]);

    await userEvent.clear(month);
    await userEvent.click(save);
    await waitFor(() => expect(changes.slice(1)).toEqual([{ group: "pro", month: null }]));
  });
});
