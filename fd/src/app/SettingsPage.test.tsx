import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter, Route, Routes } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, it, vi } from "vitest";
import { chatSocket } from "@/api/chat-socket";
import { API_URL, session } from "@/api/client";
import { ChatPage, ChatProvider } from "@/features/chat";
import { makeTokens } from "@/testing/tokens";
import { SettingsPage } from "./SettingsPage";

const missing = () =>
  HttpResponse.json({ error: { code: "not_found", message: "", request_id: "r" } }, { status: 404 });

const server = setupServer(
  http.get(`${API_URL}/user/me`, () => HttpResponse.json({ id: "user-1", username: "Ann", group: "free" })),
  http.get(`${API_URL}/share`, () => HttpResponse.json({ enabled: false, items: [] })),
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: [] })),
  http.get(`${API_URL}/conversation/:id`, missing),
  http.get(`${API_URL}/chat/:id`, missing),
  http.get(`${API_URL}/chat/:id/outline`, missing),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.accept(makeTokens());
  if (chatSocket) vi.spyOn(chatSocket, "start").mockImplementation(() => undefined);
});
afterEach(() => session.end("logged-out"));
afterAll(() => server.close());

it("an unknown page is said to be one; a chat that was deleted meanwhile is left for a new one", async () => {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={["/settings/xyz"]}>
        <ChatProvider>
          <Routes>
            <Route index element="A new chat" />
            <Route path="c/:id" element={<ChatPage navigation={null} />} />
            <Route path="settings/*" element={<SettingsPage navigation={null} leaveTo="/c/deleted" />} />
          </Routes>
        </ChatProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
  await screen.findByRole("heading", { name: "Page not found" });
  await userEvent.click(screen.getByRole("link", { name: "Leave settings" }));
  await screen.findByText("A new chat");
});
