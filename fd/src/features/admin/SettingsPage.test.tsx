import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { StageSettings, StageSettingsChange, StageSettingValues } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { SettingsPage } from "./SettingsPage";

const DEFAULTS: StageSettingValues = {
  registration: "open",
  shares: "on",
  verification: "off",
  currency: "USD",
  default_model_price: { input: 0, cached_input: 0, output: 0 },
  default_model_turns_per_day: { free: 200 },
  default_model_turns_total: "none",
  streams_per_user: 20,
  uploads_per_user_per_day: 1000,
  files_per_user_per_day: 500,
};

let queryClient: QueryClient;
let settings: StageSettings;
let changes: StageSettingsChange[];

const server = setupServer(
  http.get(`${API_URL}/admin/settings`, () => HttpResponse.json(settings)),
  http.post<never, StageSettingsChange>(`${API_URL}/admin/settings`, async ({ request }) => {
    const change = await request.json();
    changes.push(change);
    const given = Object.entries(change).filter(([, value]) => value !== null);
    const reset = Object.keys(change).filter((name) => !given.some(([other]) => other === name));
    const before = Object.entries(settings.values).filter(([name]) => settings.changed.includes(name));
    const changed = Object.fromEntries([...before.filter(([name]) => !reset.includes(name)), ...given]);
    settings = { ...settings, values: { ...DEFAULTS, ...changed }, changed: Object.keys(changed) };
    return HttpResponse.json(settings);
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  settings = { values: DEFAULTS, defaults: DEFAULTS, changed: [], mail: true, site_bucket: true };
  changes = [];
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function open() {
  queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queryClient}>
      <SettingsPage />
    </QueryClientProvider>,
  );
  return screen.findByLabelText("Registration");
}

const saveOf = (name: string) => screen.getByRole("button", { name: `Save: ${name}` });

describe("the settings of the server", () => {
  it("are saved one by one, and show their default from then on", async () => {
    const user = userEvent.setup();
    await user.selectOptions(await open(), "By invitation");
    await user.click(saveOf("Registration"));
    await screen.findByText("Changed. Default: Open to everybody");
    expect(changes).toEqual([{ registration: "invite" }]);
    expect(saveOf("Registration")).toHaveProperty("disabled", true);
  });

  it("have their defaults again on request, which keeps the focus on the setting", async () => {
    settings = { ...settings, values: { ...DEFAULTS, streams_per_user: 3 }, changed: ["streams_per_user"] };
    const user = userEvent.setup();
    await open();
    const field = screen.getByLabelText("Replies at the same time per user");
    expect(field).toHaveProperty("value", "3");
    await user.click(screen.getByRole("button", { name: /^Use the default: Replies/ }));
    await waitFor(() => expect(field).toHaveProperty("value", "20"));
    expect(changes).toEqual([{ streams_per_user: null }]);
    expect(document.activeElement).toBe(field);
  });

  it("store no change that is the default", async () => {
    settings = { ...settings, values: { ...DEFAULTS, shares: "off" }, changed: ["shares"] };
    const user = userEvent.setup();
    await open();
    await user.selectOptions(screen.getByLabelText("Share links"), "On");
    await user.click(saveOf("Share links"));
    await waitFor(() => expect(changes).toEqual([{ shares: null }]));
  });

  it("show what another administrator has changed, except where they are being changed", async () => {
    const user = userEvent.setup();
    const registration = await open();
    const shares = screen.getByLabelText("Share links");
    await user.selectOptions(shares, "Off");
    settings = {
      ...settings,
      values: { ...DEFAULTS, registration: "closed", verification: "required" },
      changed: ["registration", "verification"],
    };
    await queryClient.invalidateQueries();
    await waitFor(() => expect(registration).toHaveProperty("value", "closed"));
    expect(saveOf("Registration")).toHaveProperty("disabled", true);
    expect(shares).toHaveProperty("value", "off");
    expect(saveOf("Share links")).toHaveProperty("disabled", false);
  });

  it("keep the fields that another administrator has changed since the page was opened", async () => {
    const user = userEvent.setup();
    await open();
    const name = "Turns per user and day with the server’s models";
    const group = within(screen.getByRole("group", { name }));
    settings = {
      ...settings,
      values: { ...DEFAULTS, default_model_turns_per_day: { free: 50 } },
      changed: ["default_model_turns_per_day"],
    };
    await user.type(group.getByLabelText("Pro"), "500");
    await user.click(saveOf(name));
    await waitFor(() => expect(changes).toEqual([{ default_model_turns_per_day: { free: 50, pro: 500 } }]));
    await waitFor(() => expect(group.getByLabelText("Free")).toHaveProperty("value", "50"));
  });

  it("include limits by group, of which an empty one is none", async () => {
    const user = userEvent.setup();
    await open();
    const name = "Turns per user and day with the server’s models";
    const group = within(screen.getByRole("group", { name }));
    await user.clear(group.getByLabelText("Free"));
    await user.type(group.getByLabelText("Pro"), "50");
    await user.click(saveOf(name));
    await screen.findByText("Changed. Default: Free 200 · Pro No limit · Administrator No limit");
    expect(changes).toEqual([{ default_model_turns_per_day: { pro: 50 } }]);
  });

  it("include the price of the default model", async () => {
    const user = userEvent.setup();
    await open();
    const name = "Price of the server’s default model (per million tokens)";
    const price = within(screen.getByRole("group", { name }));
    await user.clear(price.getByLabelText("Reply"));
    await user.click(saveOf(name));
    await screen.findByText("Enter a number from 0 to 1,000,000.");
    await user.type(price.getByLabelText("Reply"), "2.5");
    await user.click(saveOf(name));
    await screen.findByText("Changed. Default: $0.00 / $0.00 / $0.00");
    expect(changes).toEqual([{ default_model_price: { input: 0, cached_input: 0, output: 2.5 } }]);
  });

  it("are checked before they are saved", async () => {
    const user = userEvent.setup();
    await open();
    const field = screen.getByLabelText("Replies at the same time per user");
    await user.clear(field);
    await user.type(field, "0{Enter}");
    await screen.findByText("Enter a whole number.");
    expect(changes).toEqual([]);
  });

  it("do not offer to require confirmed addresses without mail", async () => {
    settings = { ...settings, mail: false };
    await open();
    const option = screen.getByRole("option", { name: "Needed for the server’s models" });
    expect(option).toHaveProperty("disabled", true);
    screen.getByText(/sends no mail/);
  });
});
