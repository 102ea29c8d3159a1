import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import { captureDownloads } from "@/testing/downloads";
import { makeTokens } from "@/testing/tokens";
import { PromptsPage } from "./PromptsPage";

const PROMPT = { id: "p1", command: "sum", title: "Summary", text: "Summarize", project_id: null };

let prompts: object[];

const server = setupServer(
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: prompts })),
  http.post<never, { ids: string[] }>(`${API_URL}/prompt/delete`, async ({ request }) => {
    const { ids } = await request.json();
    prompts = prompts.filter((prompt) => !ids.includes((prompt as typeof PROMPT).id));
    return HttpResponse.json({ deleted: ids.length });
  }),
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: [] })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  prompts = [PROMPT];
  session.accept(makeTokens());
});
afterAll(() => server.close());

const open = () =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PromptsPage />
    </QueryClientProvider>,
  );

it("saves the prompts as a file that can be imported", async () => {
  const downloads = captureDownloads();
  open();
  await screen.findByText("Summary");
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  const [file] = downloads;
  expect(file?.name).toBe("prompts.json");
  expect(JSON.parse((await file?.text()) ?? "")).toEqual([
    { command: "sum", title: "Summary", content: "Summarize" },
  ]);
});

it("keeps the focus in the list when a prompt is deleted", async () => {
  open();
  await userEvent.click(await screen.findByRole("button", { name: "Delete /sum" }));
  await waitFor(() => expect(screen.queryByText("Summary")).toBeNull());
  expect(document.activeElement).toBe(screen.getByRole("list"));
});
