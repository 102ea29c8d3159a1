import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { UsageOfAllPage } from "./UsageOfAllPage";

const ofModel = (source: string, model: string, turns: number) => ({
  day: null,
  user_id: null,
  email: null,
  source,
  model,
  turns,
  prompt_tokens: 10,
  cached_tokens: 0,
  completion_tokens: 20,
  cost: 0,
});

let models: ReturnType<typeof ofModel>[];
const server = setupServer(
  http.get(`${API_URL}/admin/settings`, () => HttpResponse.json({ values: { currency: "EUR" } })),
  http.get(`${API_URL}/admin/usage`, ({ request }) => {
    const by = new URL(request.url).searchParams.get("by");
    return HttpResponse.json({ items: by === "model" ? models : [] });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => session.accept(makeTokens()));
afterAll(() => server.close());

const rows = () =>
  within(screen.getByRole("region", { name: "Model" }))
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell")[0]?.textContent);

describe("the use of models by all", () => {
  it("has a row for each of two models with one name, also in another period", async () => {
    models = [ofModel("default", "gpt-4o", 3), ofModel("offer-1", "gpt-4o", 2)];
    render(
      <QueryClientProvider client={new QueryClient()}>
        <UsageOfAllPage />
      </QueryClientProvider>,
    );
    await screen.findByRole("region", { name: "Model" });
    expect(rows()).toEqual(["3", "2"]);
    models = [ofModel("own", "large", 9), ...models];
    await userEvent.selectOptions(screen.getByRole("combobox"), "90");
    await waitFor(() => expect(rows()).toContain("9"));
    expect(rows()).toEqual(["9", "3", "2"]);
  });
});
