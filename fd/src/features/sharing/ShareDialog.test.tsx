// The dialog of share links, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { Share } from "@/api/types";
import { Toasts } from "@/components/Toasts";
import { makeTokens } from "@/testing/tokens";
import { ShareDialog } from "./ShareDialog";

const TIME = "2026-01-02T03:04:05.000Z";
const SHARE: Share = {
  id: "share-1",
  conversation_id: "c1",
  leaf_id: "m2",
  title: "Herons",
  url: "https://site.example/#/s/share-1",
  data_url: "https://site.example/shares/share-1/share.json",
  include: { reasoning: false, steps: false, images: true },
  sealed: false,
  created_at: TIME,
  updated_at: TIME,
  expires_at: null,
};

let shares: Share[];
let updates: unknown[];
const server = setupServer(
  http.get(`${API_URL}/share`, () => HttpResponse.json({ items: shares, enabled: true })),
  http.post(`${API_URL}/share/update`, async ({ request }) => {
    updates.push(await request.json());
    return HttpResponse.json(SHARE);
  }),
  http.post(`${API_URL}/share/revoke`, () => {
    shares = [];
    return HttpResponse.json({ revoked: 1 });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  shares = [SHARE];
  updates = [];
  session.accept(makeTokens());
});
afterAll(() => server.close());

function open(leafId?: string): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ShareDialog conversationId="c1" {...(leafId && { leafId })} onClose={() => undefined} />
      <Toasts />
    </QueryClientProvider>,
  );
}

describe("the update of a share link", () => {
  it("copies the chat up to the same message where that was shared", async () => {
    open("m2");
    await userEvent.click(await screen.findByRole("button", { name: "Update" }));
    await screen.findByText("The link now shows the chat up to this message as it is.");
    expect(updates).toEqual([{ id: "share-1", leaf_id: "m2" }]);
  });

  it("copies the whole chat elsewhere, and says so", async () => {
    open();
    await userEvent.click(
      await screen.findByRole("button", { name: "Update to the whole chat as it is now" }),
    );
    await screen.findByText("The link now shows the chat as it is.");
    expect(updates).toEqual([{ id: "share-1" }]);
  });
});

it("keeps the focus in the dialog when a link is revoked", async () => {
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Revoke" }));
  const buttons = await waitFor(() => {
    const all = screen.getAllByRole("button", { name: "Revoke" });
    expect(all.length).toBeGreaterThan(0);
    return all;
  });
  await userEvent.click(buttons.at(-1) as HTMLElement);
  await waitFor(() => expect(screen.queryByLabelText("Link")).toBeNull());
  expect(screen.getByRole("dialog", { name: "Share" }).contains(document.activeElement)).toBe(true);
});
