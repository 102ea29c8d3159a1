import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { PromptsPage } from "./PromptsPage";

const downloads = vi.hoisted((): File[] => []);
vi.mock("@/components/download", () => ({ download: (file: File) => downloads.push(file) }));

const PROMPT = { id: "p1", command: "sum", title: "Summary", text: "Summarize", project_id: null };

const server = setupServer(
  http.get(`${API_URL}/prompt`, () => HttpResponse.json({ items: [PROMPT] })),
  http.get(`${API_URL}/project`, () => HttpResponse.json({ items: [] })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

it("saves the prompts as a file that can be imported", async () => {
  session.accept(makeTokens());
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PromptsPage />
    </QueryClientProvider>,
  );
  await screen.findByText("Summary");
  await userEvent.click(screen.getByRole("button", { name: "Export" }));
  const [file] = downloads;
  expect(file?.name).toBe("prompts.json");
  expect(JSON.parse((await file?.text()) ?? "")).toEqual([
    { command: "sum", title: "Summary", content: "Summarize" },
  ]);
});
