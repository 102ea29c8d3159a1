import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { OfferedModel } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { OffersPage } from "./OffersPage";

const offer = (id: string, fields: Partial<OfferedModel> = {}): OfferedModel => ({
  id,
  name: id,
  base_url: "https://api.example.com/v1",
  model: `provider/${id}`,
  api_key_hint: "1234",
  params: {},
  groups: [],
  price: { input: 3, cached_input: 0.3, output: 15 },
  context_tokens: null,
  position: 1,
  enabled: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  ...fields,
});

let queryClient: QueryClient;
let offers: OfferedModel[];
/** Path and body of each call besides lists. */
let calls: [string, Record<string, unknown>][];

const server = setupServer(
  http.get(`${API_URL}/admin/settings`, () => HttpResponse.json({ values: { currency: "EUR" } })),
  http.get(`${API_URL}/admin/model`, () => HttpResponse.json({ items: offers })),
  http.post<{ action: string }, Record<string, unknown>>(
    `${API_URL}/admin/model/:action`,
    async ({ request, params }) => {
      const body = await request.json();
      calls.push([params.action, body]);
      return params.action === "create"
        ? HttpResponse.json(offer("new"), { status: 201 })
        : HttpResponse.json({ ...offers[0], items: offers, deleted: 1 });
    },
  ),
  http.post(`${API_URL}/model_config/discover`, () =>
    HttpResponse.json({ models: [{ id: "provider/large" }, { id: "provider/small" }] }),
  ),
  http.post(`${API_URL}/model_config/test`, async ({ request }) => {
    calls.push(["test", (await request.json()) as Record<string, unknown>]);
    return HttpResponse.json({ ok: true, latency_ms: 120 });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  offers = [];
  calls = [];
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function open() {
  queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <OffersPage />
    </QueryClientProvider>,
  );
}

async function choose(name: string, action: string) {
  await userEvent.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  // The menu is loaded when it is first opened.
  await userEvent.click(await screen.findByRole("menuitem", { name: action }));
}

describe("the page of offered models", () => {
  it("offers a model with its server, key, price and groups", async () => {
    open();
    await screen.findByText("No models are offered yet.");
    await userEvent.click(screen.getByRole("button", { name: "Offer a model" }));
    await userEvent.type(screen.getByLabelText("Name that users see"), "Fast");
    await userEvent.type(screen.getByLabelText("Base URL"), "https://api.example.com/v1");
    await userEvent.type(screen.getByLabelText("API key"), "sk-secret");
    await userEvent.click(screen.getByRole("button", { name: "List the server’s models" }));
    await screen.findByText("2 models found. Choose one in the field above.");
    await userEvent.type(screen.getByLabelText("Model ID"), "provider/large");
    await userEvent.clear(screen.getByLabelText("Prompt"));
    await userEvent.type(screen.getByLabelText("Prompt"), "2.5");
    await userEvent.click(screen.getByLabelText("Pro"));
    await userEvent.click(screen.getByLabelText("Accepts images"));
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(calls).toEqual([
      [
        "create",
        {
          name: "Fast",
          base_url: "https://api.example.com/v1",
          model: "provider/large",
          api_key: "sk-secret",
          params: { image_delivery: "none" },
          groups: ["pro"],
          price: { input: 2.5, cached_input: 0, output: 0 },
          context_tokens: null,
          enabled: true,
        },
      ],
    ]);
  });

  it("sends what was changed, and keeps the other parameters", async () => {
    offers = [offer("fast", { params: { temperature: 0.5, max_tokens: 100 }, context_tokens: 8000 })];
    open();
    await choose("fast", "Change the model");
    const dialog = await screen.findByRole("dialog");
    await userEvent.clear(within(dialog).getByLabelText("Context (tokens)"));
    await userEvent.type(within(dialog).getByLabelText("Maximum output tokens"), "0");
    await userEvent.click(within(dialog).getByLabelText("Offered to users now"));
    await userEvent.click(within(dialog).getByLabelText("Forget what was learned from this provider"));
    await userEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const params = { temperature: 0.5, max_tokens: 1000 };
    const change = { id: "fast", params, context_tokens: null, enabled: false, reset_learned: true };
    expect(calls).toEqual([["update", change]]);
  });

  it("shows and keeps what another administrator changes meanwhile", async () => {
    offers = [offer("fast")];
    open();
    await choose("fast", "Change the model");
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.type(dialog.getByLabelText("Reply"), "0");
    offers = [offer("fast", { enabled: false, price: { input: 4, cached_input: 0.4, output: 20 } })];
    await queryClient.invalidateQueries();
    await waitFor(() => expect(dialog.getByLabelText("Prompt")).toHaveProperty("value", "4"));
    expect(dialog.getByLabelText("Offered to users now")).toHaveProperty("checked", false);
    // Not read again before the change.
    offers = [offer("fast", { groups: ["pro"] })];
    await userEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const price = { input: 4, cached_input: 0.4, output: 150 };
    expect(calls).toEqual([["update", { id: "fast", price }]]);
  });

  it("tests a model with its stored key, as long as it stays on its server", async () => {
    offers = [offer("fast")];
    open();
    await choose("fast", "Change the model");
    await userEvent.click(screen.getByRole("button", { name: "Test connection" }));
    await screen.findByText(/120/);
    expect(calls).toEqual([
      [
        "test",
        expect.objectContaining({ id: "fast", base_url: null, model: "provider/fast", api_key: null }),
      ],
    ]);
    await userEvent.type(screen.getByLabelText("Base URL"), "/other");
    await screen.findByText("Enter the key again to test.");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Test connection" }).disabled).toBe(true);
  });

  it("tests a model with the key that was entered", async () => {
    offers = [offer("fast")];
    open();
    await choose("fast", "Change the model");
    await userEvent.type(screen.getByLabelText("API key"), "sk-other");
    await userEvent.click(screen.getByRole("button", { name: "Test connection" }));
    await screen.findByText(/120/);
    expect(calls).toEqual([
      ["test", expect.objectContaining({ id: null, model: "provider/fast", api_key: "sk-other" })],
    ]);
  });

  it("shows the provider's message of a failed test", async () => {
    offers = [offer("fast")];
    const error = { code: "provider_bad_request", message: "Context too long", status: 400 };
    server.use(
      http.post(`${API_URL}/model_config/test`, () =>
        HttpResponse.json({ ok: false, latency_ms: 10, error }),
      ),
    );
    open();
    await choose("fast", "Change the model");
    await userEvent.click(screen.getByRole("button", { name: "Test connection" }));
    expect((await screen.findByRole("blockquote")).textContent).toBe("Context too long");
  });

  it("moves a model, and stops offering one after a confirmation", async () => {
    offers = [offer("one"), offer("two"), offer("three")];
    open();
    await choose("three", "Move up");
    await waitFor(() => expect(calls).toEqual([["order", { ids: ["one", "three", "two"] }]]));
    await choose("one", "Stop offering");
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("button", { name: "Stop offering" }));
    await waitFor(() => expect(calls).toContainEqual(["delete", { ids: ["one"] }]));
  });

  it("says at its field what is refused", async () => {
    offers = [offer("fast")];
    const refuse = (code: string, field: string, message: string) =>
      server.use(
        http.post(`${API_URL}/admin/model/update`, () =>
          HttpResponse.json(
            { error: { code, message: "no", request_id: "r", details: [{ field, message }] } },
            { status: 422 },
          ),
        ),
      );
    open();
    await choose("fast", "Change the model");
    const save = screen.getByRole("button", { name: "Save" });
    const url = screen.getByLabelText("Base URL");
    expect(screen.getByText("Leave empty to keep the key ending in 1234")).toBeTruthy();
    await userEvent.clear(url);
    await userEvent.type(url, "https://other.example/v1");
    expect(screen.queryByText("Leave empty to keep the key ending in 1234")).toBeNull();
    refuse("validation_error", "api_key", "Enter this again: the stored value was given for another server.");
    await userEvent.click(save);
    expect(await screen.findByText(/Enter the key for this address/)).toBeTruthy();
    expect(screen.queryByText(/Some fields are invalid/)).toBeNull();
    await userEvent.type(screen.getByLabelText("API key"), "sk-2");
    expect(screen.queryByText(/Enter the key for this address/)).toBeNull();
    refuse("unsafe_base_url", "base_url", "The host is not on the public internet.");
    await userEvent.click(save);
    expect(await screen.findByText(/not on the public internet/)).toBeTruthy();
    expect(screen.queryByText(/This base URL is not allowed/)).toBeNull();
  });

  it("names the field that is wrong", async () => {
    open();
    await userEvent.click(screen.getByRole("button", { name: "Offer a model" }));
    await userEvent.clear(screen.getByLabelText("Reply"));
    await userEvent.type(screen.getByLabelText("Reply"), "much");
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(screen.getByText("Enter a number from 0 to 1,000,000.")).toBeTruthy();
    expect(calls).toEqual([]);
  });
});
