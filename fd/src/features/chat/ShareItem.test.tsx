// The menu item of share links, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { Menu, MenuItem } from "@/components/Menu";
import { makeTokens } from "@/testing/tokens";
import { ShareItem } from "./ShareItem";

let enabled: boolean;
const server = setupServer(
  http.get(`${API_URL}/share`, () => HttpResponse.json({ items: [], enabled, next_cursor: null })),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

async function showMenu(): Promise<void> {
  session.accept(makeTokens());
  const queryClient = new QueryClient();
  render(
    <QueryClientProvider client={queryClient}>
      <Menu trigger={<button type="button">More</button>}>
        <MenuItem onClick={() => undefined}>Rename</MenuItem>
        <ShareItem label="share.title" onShare={() => undefined} />
      </Menu>
    </QueryClientProvider>,
  );
  await userEvent.click(screen.getByRole("button", { name: "More" }));
  await screen.findByRole("menuitem", { name: "Rename" });
  await waitFor(() => expect(queryClient.getQueryData(["shares"])).toBeDefined());
}

describe("the menu item of share links", () => {
  it("is shown where sharing is on", async () => {
    enabled = true;
    await showMenu();
    expect(screen.getByRole("menuitem", { name: "Share" })).toBeTruthy();
  });

  it("is hidden where the operator has turned sharing off", async () => {
    enabled = false;
    await showMenu();
    await waitFor(() => expect(screen.queryByRole("menuitem", { name: "Share" })).toBeNull());
  });
});
