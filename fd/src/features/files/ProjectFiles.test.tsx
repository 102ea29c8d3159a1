// The files of a project, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

const open = () =>
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <ProjectFiles projectId="p" />
    </QueryClientProvider>,
  );

async function add(container: HTMLElement): Promise<void> {
  const picker = container.querySelector<HTMLInputElement>("input[type=file]");
  if (!picker) throw new Error("there is no file picker");
  await userEvent.upload(picker, new File(["%PDF-"], "scan.pdf", { type: "application/pdf" }));
}

/** Uploads do not end until the returned function is called. */
function holdUploads(): () => void {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.use(
    http.put(STORE, async () => {
      await held;
      return new HttpResponse();
    }),
  );
  return () => release();
}

it("offers to give models the pages of a scan as images, for a price that is shown before", async () => {
  await add(open().container);
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

describe("an upload", () => {
  const { error: _error, page_images: _images, ...NEW } = SCAN;
  const UPLOADING: StoredFile = { ...NEW, state: "uploading", created_at: new Date().toISOString() };

  it("goes on and stays visible while another page is open", async () => {
    const release = holdUploads();
    const { container, unmount } = open();
    await add(container);
    await screen.findByRole("progressbar", { name: /^scan.pdf/ });
    // The other file shows when the list has been loaded.
    stored = [UPLOADING, { ...SCAN, id: "f2", name: "other.pdf" }];
    unmount();
    open();
    await screen.findByText("other.pdf");
    expect(screen.getByRole("progressbar", { name: /^scan.pdf/ })).toBeDefined();
    expect(screen.getAllByRole("listitem")).toHaveLength(2);
    release();
    await screen.findByRole("button", { name: /^Give models/ });
    expect(screen.queryByRole("progressbar")).toBeNull();
  });

  it("ends with the session, and is not shown to the next user", async () => {
    const release = holdUploads();
    const { container, unmount } = open();
    await add(container);
    await screen.findByRole("progressbar", { name: /^scan.pdf/ });
    unmount();
    session.accept(makeTokens("user-2"));
    open();
    await screen.findByText(/^Add documents that every chat/);
    expect(screen.queryByRole("progressbar")).toBeNull();
    release();
  });

  it("of another page is shown as one, and followed to its end", async () => {
    stored = [UPLOADING];
    open();
    await screen.findByText("Uploading scan.pdf…");
    stored = [{ ...NEW, state: "ready" }];
    await screen.findByRole("button", { name: "Open scan.pdf" });
  });

  it("that was given up is said to be unfinished", async () => {
    stored = [{ ...UPLOADING, created_at: SCAN.created_at }];
    open();
    await screen.findByText(/The upload was not finished/);
  });
});
