import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { ToolsPage } from "./ToolsPage";

const IMPORTED = {
  id: "s",
  name: "Calendar",
  url: "https://mcp.example.com/",
  auth: "bearer",
  connected: false,
  tools: [],
  policy: {},
  created_at: "2026-01-01T00:00:00Z",
};

const server = setupServer(
  http.get(`${API_URL}/tool`, () => HttpResponse.json({ items: [IMPORTED] })),
  http.get(`${API_URL}/tool/search`, () => HttpResponse.json({ offered: false })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

it("asks for the token of a server that was imported without it", async () => {
  session.accept(makeTokens());
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <ToolsPage />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await userEvent.click(await screen.findByRole("button", { name: "Enter token" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByLabelText("Access token")).toBeDefined();
});
