// The menu of a conversation, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Conversation } from "@/api/types";
import { useToasts } from "@/components/toasts";
import type { ConversationActions } from "@/features/conversations";
import { stubClickClipboard } from "@/testing/clipboard";
import { storedMessage } from "@/testing/messages";
import { makeTokens } from "@/testing/tokens";
import { ConversationMenu } from "./ConversationMenu";
import { ConversationController } from "./conversation-controller";

let isFailing: boolean;
const server = setupServer(
  http.get(`${API_URL}/share`, () => HttpResponse.json({ items: [], enabled: true, next_cursor: null })),
  http.get(`${API_URL}/chat/c/outline`, () => HttpResponse.json({ items: [], next_cursor: null })),
  http.get(`${API_URL}/chat/c`, () =>
    isFailing
      ? HttpResponse.json({ error: { code: "invalid_input", message: "", request_id: "r" } }, { status: 400 })
      : HttpResponse.json({ items: [storedMessage("u1", null, "user", "Tea?")], next_cursor: null }),
  ),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

it("a conversation is loaded and copied where only a click may copy", async () => {
  session.accept(makeTokens());
  // Other files of tests share the store.
  useToasts.setState([], true);
  const copied = stubClickClipboard();
  const observer = { onActivity: () => undefined, onLeafSelected: () => undefined };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConversationMenu
        controller={new ConversationController("c", observer)}
        conversation={{ id: "c", title: "Tea", temporary: false } as Conversation}
        title="Tea"
        actions={{} as ConversationActions}
        onRename={() => undefined}
      />
    </QueryClientProvider>,
  );
  const copy = async () => {
    await userEvent.click(screen.getByRole("button", { name: "More about this chat" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: "Copy conversation" }));
  };
  const toasts = () => useToasts.getState().map(({ text }) => text);

  isFailing = true;
  await copy();
  await vi.waitFor(() => expect(toasts()).toEqual(["The messages could not be loaded"]));
  expect(copied.size).toBe(0);

  isFailing = false;
  await copy();
  await vi.waitFor(() => expect(toasts()).toEqual(["The messages could not be loaded", "Copied"]));
  expect(copied.get("text/plain")).toContain("Tea?");
});
