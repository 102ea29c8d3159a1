import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { chooseLanguage } from "@/i18n";
import { makeTokens } from "@/testing/tokens";
import { GeneralPage } from "./GeneralPage";

const changes: unknown[] = [];
const server = setupServer(
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: [] })),
  http.get(`${API_URL}/user/me/settings`, () => HttpResponse.json({ instructions: null })),
  http.post(`${API_URL}/user/me/settings`, async ({ request }) => {
    changes.push(await request.json());
    return HttpResponse.json({ instructions: null });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(async () => {
  session.end("logged-out");
  await chooseLanguage("en");
});
afterAll(() => server.close());

describe("the language", () => {
  it("is stored in the account, too, for its mails", async () => {
    session.accept(makeTokens());
    render(
      <QueryClientProvider client={new QueryClient()}>
        <GeneralPage />
      </QueryClientProvider>,
    );
    await userEvent.click(screen.getByRole("radio", { name: "日本語" }));
    await waitFor(() => expect(changes).toEqual([{ language: "ja" }]));
    expect(await screen.findByText("言語")).toBeDefined();
  });
});
