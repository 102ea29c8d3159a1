import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { ModelConfig } from "@/api/types";
import { Toasts } from "@/components/Toasts";
import { newChatModel, usePreferences } from "@/features/settings";
import { makeTokens } from "@/testing/tokens";
import { ModelsPage } from "./ModelsPage";

let configs: ModelConfig[];
let limit: number;
/** Request bodies of the page's calls, by name of the call. */
let calls: [name: string, body: Record<string, unknown>][];
/** Responses of calls other than the list. */
let answers: Record<string, (body: Record<string, unknown>) => Response>;

const server = setupServer(
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: configs })),
  http.post<never, { count: number }>(`${API_URL}/model_config/can_create`, async ({ request }) =>
    HttpResponse.json({ can_create: (await request.json()).count < limit, limit }),
  ),
  http.post<{ name: string }, Record<string, unknown>>(
    `${API_URL}/model_config/:name`,
    async ({ params, request }) => {
      const body = await request.json();
      calls.push([params.name, body]);
      const answer = answers[params.name];
      if (!answer) throw new Error(`unexpected call: ${params.name}`);
      return answer(body);
    },
  ),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.accept(makeTokens());
  configs = [];
  limit = 20;
  calls = [];
  answers = {};
});
afterEach(() => session.end("logged-out"));
afterAll(() => server.close());

let made = 0;

function config(fields: Partial<ModelConfig>): ModelConfig {
  made += 1;
  return {
    id: `m${made}`,
    name: "Work",
    base_url: "https://api.openai.com/v1",
    model: "gpt-large",
    api_key_hint: "1234",
    params: {},
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...fields,
  };
}

async function open(): Promise<void> {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ModelsPage />
      <Toasts />
    </QueryClientProvider>,
  );
  await screen.findByRole("button", { name: "Add model" });
  await waitFor(() =>
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Add model" }).disabled).toBe(
      configs.length >= limit,
    ),
  );
}

const click = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const bodyOf = (name: string) => calls.findLast(([called]) => called === name)?.[1];

/** Stores created configs like the backend. */
function storeCreated({ base_url, configs: created }: Record<string, unknown>): Response {
  const items = (created as Pick<ModelConfig, "name" | "model" | "params">[]).map((each) =>
    config({ ...each, base_url: base_url as string }),
  );
  configs = [...configs, ...items];
  return HttpResponse.json({ items }, { status: 201 });
}

describe("adding models", () => {
  it("takes a provider, its key and a selection; the first model becomes that of new chats", async () => {
    answers = {
      discover: () =>
        HttpResponse.json({
          models: [
            { id: "deepseek-chat", context_window: 128_000, input: ["text", "image"] },
            { id: "deepseek-embedding" },
            { id: "deepseek-reasoner" },
          ],
        }),
      create_many: storeCreated,
    };
    await open();
    await click("Add model");
    await userEvent.type(screen.getByRole("searchbox"), "deep{Enter}");
    expect(screen.getByRole<HTMLInputElement>("textbox", { name: "Base URL" }).value).toBe(
      "https://api.deepseek.com/v1",
    );
    expect(screen.getByRole<HTMLAnchorElement>("link", { name: /Get a key/ }).href).toContain("deepseek.com");
    await userEvent.type(screen.getByLabelText("API key"), "sk-1{Enter}");
    await screen.findByRole("checkbox", { name: /deepseek-chat/ });
    expect(bodyOf("discover")).toEqual({ base_url: "https://api.deepseek.com/v1", api_key: "sk-1" });
    // Models that cannot chat come last.
    const offered = screen.getAllByRole("checkbox").map((box) => box.closest("li")?.textContent);
    expect(offered).toEqual(["deepseek-chat128K", "deepseek-reasoner", "deepseek-embedding"]);
    await userEvent.keyboard("{ArrowDown} {ArrowDown} ");
    await click("Add 2 models");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(bodyOf("create_many")).toEqual({
      base_url: "https://api.deepseek.com/v1",
      api_key: "sk-1",
      configs: [
        { name: "deepseek-chat", model: "deepseek-chat", params: {} },
        { name: "deepseek-reasoner", model: "deepseek-reasoner", params: {} },
      ],
    });
    expect(await screen.findByRole("button", { name: /^Edit: deepseek-reasoner/ })).toBeDefined();
    expect(newChatModel(usePreferences.getState())).toBe(configs[0]?.id);
  });

  it("shows the provider's error when listing fails, and continues with typed ids", async () => {
    answers = {
      discover: () =>
        HttpResponse.json({
          error: { code: "provider_auth", message: "Invalid API key", status: 401 },
        }),
      create_many: storeCreated,
    };
    await open();
    await click("Add model");
    await userEvent.type(screen.getByRole("searchbox"), "openrouter{Enter}");
    await userEvent.type(screen.getByLabelText("API key"), "wrong{Enter}");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("refused the API key");
    expect(within(alert).getByRole("blockquote").textContent).toBe("Invalid API key");
    expect(alert.textContent).toContain("HTTP 401");
    await click("Type model IDs instead");
    await userEvent.type(screen.getByRole("searchbox"), "a/special-model{Enter}");
    await click("Add 1 model");
    await waitFor(() => expect(bodyOf("create_many")).toBeDefined());
    expect(bodyOf("create_many")?.configs).toMatchObject([{ model: "a/special-model" }]);
  });

  it("warns about a server on the user's computer, and sets the parameters that it needs", async () => {
    answers = {
      discover: () => HttpResponse.json({ models: [{ id: "llava" }] }),
      create_many: storeCreated,
    };
    await open();
    await click("Add model");
    await userEvent.type(screen.getByRole("searchbox"), "ollama{Enter}");
    expect(screen.getByText(/cannot reach localhost/)).toBeDefined();
    await click("Fetch models");
    await userEvent.click(await screen.findByRole("checkbox", { name: "llava" }));
    await click("Add 1 model");
    await waitFor(() => expect(bodyOf("create_many")).toBeDefined());
    expect(bodyOf("create_many")).toMatchObject({
      api_key: "",
      configs: [{ params: { image_delivery: "inline" } }],
    });
  });

  it("of a known server uses its stored key and headers, and does not offer existing models", async () => {
    const stored = config({ model: "gpt-large", params: { headers: { "X-Team": null }, temperature: 1 } });
    configs = [stored];
    answers = {
      discover: () => HttpResponse.json({ models: [{ id: "gpt-large" }, { id: "gpt-small" }] }),
      create_many: storeCreated,
    };
    await open();
    await click("Add models of this server: OpenAI");
    expect(screen.getByText("Leave empty to keep the key ending in 1234")).toBeDefined();
    await click("Fetch models");
    const known = await screen.findByRole<HTMLInputElement>("checkbox", { name: /gpt-large/ });
    expect(bodyOf("discover")).toEqual({ id: stored.id });
    expect(known.disabled).toBe(true);
    await userEvent.click(screen.getByRole("checkbox", { name: /gpt-small/ }));
    await click("Add 1 model");
    await waitFor(() => expect(bodyOf("create_many")).toBeDefined());
    expect(bodyOf("create_many")).toEqual({
      base_url: stored.base_url,
      copy_of: stored.id,
      configs: [{ name: "gpt-small", model: "gpt-small", params: { headers: { "X-Team": null } } }],
    });
  });

  it("stops at the account's limit", async () => {
    configs = [config({})];
    limit = 2;
    answers = { discover: () => HttpResponse.json({ models: [{ id: "a" }, { id: "b" }] }) };
    await open();
    await click("Add models of this server: OpenAI");
    await click("Fetch models");
    await userEvent.click(await screen.findByRole("checkbox", { name: "a" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "b" }));
    expect(screen.getByText("At most 1 more model can be added.")).toBeDefined();
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Add 2 models" }).disabled).toBe(true);
  });
});

describe("the list of models", () => {
  it("is grouped by server, whose key is changed in one place", async () => {
    configs = [
      config({ name: "One" }),
      config({ name: "Elsewhere", base_url: "https://a.example/v1" }),
      config({ name: "Two" }),
    ];
    answers = { update: () => HttpResponse.json(configs[0]) };
    await open();
    const group = screen.getByRole("region", { name: "OpenAI" });
    expect(within(group).getAllByRole("button", { name: /^Edit/ })).toHaveLength(2);
    await click("Change API key: OpenAI");
    expect(screen.getByText("The new key is used for all 2 models of https://api.openai.com.")).toBeDefined();
    await userEvent.type(screen.getByLabelText("API key"), "sk-new{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(bodyOf("update")).toMatchObject({ id: configs[0]?.id, api_key: "sk-new", same_server: true });
  });

  it("duplicates a model with its key, and opens the copy", async () => {
    const original = config({ name: "Work" });
    configs = [original];
    answers = {
      create: (body) => {
        const copy = config({ name: body.name as string });
        configs = [...configs, copy];
        return HttpResponse.json(copy, { status: 201 });
      },
    };
    await open();
    await click("Duplicate: Work");
    expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "Name" })).value).toBe(
      "Work (copy)",
    );
    expect(bodyOf("create")).toEqual({
      name: "Work (copy)",
      base_url: original.base_url,
      model: original.model,
      copy_of: original.id,
    });
  });

  it("deletes a model from its row once the toast is closed, and not when that is undone", async () => {
    configs = [config({ name: "One" }), config({ name: "Two" })];
    const [first] = configs;
    answers = {
      delete: () => {
        configs = configs.slice(1);
        return HttpResponse.json({ deleted: 1 });
      },
    };
    await open();
    const toast = () => within(screen.getByRole("region", { name: "Notifications" }));
    await click("Delete: One");
    await waitFor(() => expect(screen.queryByText("One")).toBeNull());
    await userEvent.click(toast().getByRole("button", { name: "Undo" }));
    await screen.findByText("One");
    expect(calls).toEqual([]);

    await click("Delete: One");
    await waitFor(() => expect(screen.queryByText("One")).toBeNull());
    await userEvent.click(toast().getByRole("button", { name: "Close" }));
    await waitFor(() => expect(bodyOf("delete")).toEqual({ ids: [first?.id] }));
    expect(screen.queryByText("One")).toBeNull();
  });

  it("makes room at the limit with a deletion that could still be undone", async () => {
    configs = [config({ name: "One" }), config({ name: "Two" })];
    const [first, second] = configs;
    limit = 2;
    answers = {
      delete: () => {
        configs = configs.filter(({ id }) => id !== first?.id);
        return HttpResponse.json({ deleted: 1 });
      },
      create: (body) => {
        if (configs.length >= limit) {
          const error = { code: "model_config_limit", message: "no", request_id: "r" };
          return HttpResponse.json({ error }, { status: 403 });
        }
        const copy = config({ name: body.name as string });
        configs = [...configs, copy];
        return HttpResponse.json(copy, { status: 201 });
      },
    };
    await open();
    await click("Delete: One");
    const duplicate = await screen.findByRole("button", { name: "Duplicate: Two" });
    await waitFor(() => expect(duplicate).toHaveProperty("disabled", false));
    await userEvent.click(duplicate);
    await screen.findByRole("textbox", { name: "Name" });
    expect(calls.map(([name]) => name)).toEqual(["create", "delete", "create"]);
    expect(bodyOf("create")?.copy_of).toBe(second?.id);
    expect(screen.queryByText("One")).toBeNull();
  });

  it("counts and deletes only selected models that are still there", async () => {
    configs = [config({ name: "One" }), config({ name: "Two" })];
    const [first, second] = configs;
    answers = { delete: () => HttpResponse.json({ deleted: 1 }) };
    await open();
    await userEvent.click(screen.getByRole("checkbox", { name: "Select One" }));
    await userEvent.click(screen.getByRole("checkbox", { name: "Select Two" }));
    await click("Delete: One");
    expect(await screen.findByText("1 selected")).toBeDefined();
    await click("Delete");
    await waitFor(() => expect(screen.queryByText("Two")).toBeNull());
    window.dispatchEvent(new Event("pagehide"));
    await waitFor(() => expect(calls).toHaveLength(2));
    const deleted = calls.flatMap(([, { ids }]) => ids as string[]);
    expect(deleted.toSorted()).toEqual([first?.id, second?.id].toSorted());
  });

  it("deletes a model when the page is left before the toast is closed", async () => {
    configs = [config({ name: "One" })];
    answers = { delete: () => HttpResponse.json({ deleted: 1 }) };
    await open();
    await click("Delete: One");
    window.dispatchEvent(new Event("pagehide"));
    await waitFor(() => expect(bodyOf("delete")).toEqual({ ids: [configs[0]?.id] }));
  });
});

describe("the form of a model", () => {
  it("tests with the entered values, and shows the first words and the time", async () => {
    configs = [config({})];
    answers = { test: () => HttpResponse.json({ ok: true, latency_ms: 820, text: "Hello! How can I" }) };
    await open();
    await click(/^Edit: Work/);
    await userEvent.click(screen.getByText("Parameters"));
    await userEvent.type(screen.getByLabelText("Temperature"), "0.5");
    await click("Test connection");
    expect(await screen.findByText("Works (820 ms)")).toBeDefined();
    expect(screen.getByText("Hello! How can I")).toBeDefined();
    expect(bodyOf("test")).toMatchObject({ id: configs[0]?.id, params: { temperature: 0.5 }, api_key: null });
    // It says nothing about other values.
    await userEvent.type(screen.getByLabelText("API key"), "sk-2");
    expect(screen.queryByText("Works (820 ms)")).toBeNull();
  });

  it("shows the provider's message of a failed test", async () => {
    configs = [config({})];
    const error = { code: "provider_bad_request", message: "Context too long", status: 400 };
    answers = { test: () => HttpResponse.json({ ok: false, latency_ms: 10, error }) };
    await open();
    await click(/^Edit: Work/);
    await click("Test connection");
    expect((await screen.findByRole("blockquote")).textContent).toBe("Context too long");
    expect(screen.getByText("HTTP 400")).toBeDefined();
  });

  it("unfolds the section of a wrong field", async () => {
    configs = [config({})];
    await open();
    await click(/^Edit: Work/);
    await userEvent.click(screen.getByText("Advanced"));
    await userEvent.type(screen.getByLabelText("Extra request fields (JSON)"), "nonsense");
    await userEvent.click(screen.getByText("Advanced"));
    await click("Save");
    expect(await screen.findByText("Enter a JSON object")).toBeDefined();
    expect(screen.getByText("Advanced").closest("details")?.open).toBe(true);
    expect(document.activeElement).toBe(screen.getByLabelText("Extra request fields (JSON)"));
  });

  it("shows the broken rule of the base URL, and which values another server needs again", async () => {
    configs = [config({ params: { headers: { "X-Team": null } } })];
    const refusal = (code: string, details: object[]) => () =>
      HttpResponse.json({ error: { code, message: "no", request_id: "r", details } }, { status: 422 });
    answers.update = refusal("unsafe_base_url", [
      { field: "base_url", message: "The URL must begin with https://." },
    ]);
    await open();
    await click(/^Edit: Work/);
    await click("Save");
    expect(await screen.findByText("The URL must begin with https://.")).toBeDefined();
    expect(screen.queryByText("Request ID")).toBeNull();
    const message = "Enter this again: the stored value was given for another server.";
    answers.update = refusal("validation_error", [
      { field: "api_key", message },
      { field: "params.headers", message },
    ]);
    await click("Save");
    expect(await screen.findByText(/Enter the key for this address/)).toBeDefined();
    expect(screen.getByText(/Enter the values for this address/)).toBeDefined();
    // The values alone, for a key that was entered.
    answers.update = refusal("validation_error", [{ field: "params.headers", message }]);
    await userEvent.click(screen.getByText("Advanced"));
    expect(screen.getByText("Advanced").closest("details")?.open).toBe(false);
    await click("Save");
    await waitFor(() => expect(screen.getByText("Advanced").closest("details")?.open).toBe(true));
    expect(screen.getByText(/Enter the values for this address/)).toBeDefined();
    expect(screen.queryByText(/Enter the key for this address/)).toBeNull();
    expect(screen.queryByText(/Some fields are invalid/)).toBeNull();
    await userEvent.type(screen.getByLabelText("API key"), "sk-2");
    expect(screen.queryByText(/Enter the (key|values) for this address/)).toBeNull();
  });

  it("refuses what is no key, and does not promise to keep the stored one for another server", async () => {
    configs = [config({})];
    await open();
    await click(/^Edit: Work/);
    await userEvent.type(screen.getByLabelText("API key"), "Bearer sk-1");
    await click("Save");
    expect(await screen.findByText(/Enter the key alone/)).toBeDefined();
    expect(calls).toEqual([]);
    expect(screen.getByText("Leave empty to keep the key ending in 1234")).toBeDefined();
    await userEvent.clear(screen.getByLabelText("Base URL"));
    await userEvent.type(screen.getByLabelText("Base URL"), "https://other.example/v1");
    expect(screen.queryByText("Leave empty to keep the key ending in 1234")).toBeNull();
  });

  it("shows learned settings of the provider, which can be reset", async () => {
    configs = [
      config({
        learned: { omitted: ["temperature", "stop"], max_completion_tokens: true, image_delivery: "none" },
      }),
    ];
    answers = { update: () => HttpResponse.json({ ...configs[0], learned: null }) };
    await open();
    await click(/^Edit: Work/);
    expect(screen.getByText("Left out of requests: temperature, stop")).toBeDefined();
    expect(screen.getByText("max_tokens is sent as max_completion_tokens")).toBeDefined();
    expect(screen.getByText("Images are not sent")).toBeDefined();
    await click("Forget");
    await waitFor(() => expect(screen.queryByText("Learned from this provider")).toBeNull());
    expect(bodyOf("update")).toMatchObject({ id: configs[0]?.id, reset_learned: true });
  });
});
