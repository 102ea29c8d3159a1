// The files of a project, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { API_URL, session } from "@/api/client";
import type { StoredFile } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { ProjectFiles } from "./ProjectFiles";

const STORE = "http://store.test/original";
const SCAN: StoredFile = {
  id: "f1",
  name: "scan.pdf",
  media_type: "application/pdf",
  size: 1_234_567,
  state: "failed",
  error: { code: "file_empty_text", message: "" },
  pages: 45,
  page_images: { count: 20, tokens: 20_000 },
  created_at: "2026-01-01T00:00:00Z",
};
let stored: StoredFile[];
const server = setupServer(
  http.get(`${API_URL}/file`, () => HttpResponse.json({ items: stored, next_cursor: null })),
  http.post(`${API_URL}/file/create`, () =>
    HttpResponse.json(
      { file: { ...SCAN, state: "uploading" }, upload_url: STORE, headers: {}, expires_at: SCAN.created_at },
      { status: 201 },
    ),
  ),
  http.put(STORE, () => new HttpResponse()),
  http.post(`${API_URL}/file/uploaded`, () => {
    stored = [SCAN];
    return HttpResponse.json(SCAN, { status: 202 });
  }),
  http.post(`${API_URL}/file/delete`, () => {
    stored = [];
    return HttpResponse.json({ deleted: 1 });
  }),
  http.post(`${API_URL}/file/page_images`, () => {
    const { error: _, ...rendered } = SCAN;
    stored = [{ ...rendered, state: "ready", tokens: 20_000 }];
    return HttpResponse.json(stored[0], { status: 202 });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  stored = [];
  session.accept(makeTokens());
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function open(): HTMLElement {
  const { container } = render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ProjectFiles projectId="p" />
    </QueryClientProvider>,
  );
  return container;
}

it("offers to give models the pages of a scan as images, for a price that is shown before", async () => {
  const picker = open().querySelector<HTMLInputElement>("input[type=file]");
  if (!picker) throw new Error("there is no file picker");
  await userEvent.upload(picker, new File(["%PDF-"], "scan.pdf", { type: "application/pdf" }));
  const offer = await screen.findByRole("button", {
    name: "Give models its first 20 pages as images, about 20,000 tokens with each reply",
  });
  await userEvent.click(offer);
  await screen.findByRole("button", { name: "Open scan.pdf" });
  expect(screen.getByText(/20 images · 1.2 MB · about 20K tokens/)).toBeDefined();
});

it("keeps the focus when a file is removed, and when its button is done", async () => {
  const files = () => screen.getByRole("region", { name: "Files" });
  stored = [SCAN];
  open();
  await userEvent.click(await screen.findByRole("button", { name: /^Give models/ }));
  await screen.findByRole("button", { name: "Open scan.pdf" });
  expect(document.activeElement).toBe(files());

  await userEvent.click(screen.getByRole("button", { name: "Remove scan.pdf" }));
  await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(document.activeElement).toBe(files());
});
