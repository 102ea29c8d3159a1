import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chatSocket } from "@/api/chat-socket";
import { API_URL, session } from "@/api/client";
import type { StoredFile } from "@/api/types";
import { makeTokens } from "@/testing/tokens";
import { AttachmentTray } from "./attachments";

const STORE = "http://store.test/original";
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  session.accept(makeTokens());
  URL.createObjectURL = () => "blob:picture";
  URL.revokeObjectURL = () => undefined;
});
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
  vi.restoreAllMocks();
});
afterAll(() => server.close());

const file = (state: StoredFile["state"], more: Partial<StoredFile> = {}): StoredFile => ({
  id: "f1",
  name: "a.txt",
  media_type: "text/plain",
  size: 5,
  state,
  created_at: "2026-01-01T00:00:00Z",
  ...more,
});
const READ = file("ready", { tokens: 3 });

/** The backend: states that the calls answer with. Returns the bodies and ids that it received. */
function answer(states: { created?: StoredFile; uploaded?: StoredFile; polled?: StoredFile }) {
  const received: unknown[] = [];
  const { created = file("uploading"), uploaded = file("reading"), polled = READ } = states;
  server.use(
    http.post(`${API_URL}/file/create`, async ({ request }) => {
      received.push(await request.json());
      const upload = { upload_url: STORE, headers: {}, expires_at: "2026-01-01T01:00:00Z" };
      return HttpResponse.json({ file: created, ...upload }, { status: 201 });
    }),
    http.put(STORE, () => {
      received.push("PUT");
      return new HttpResponse();
    }),
    http.post(`${API_URL}/file/uploaded`, async ({ request }) => {
      received.push(await request.json());
      return HttpResponse.json(uploaded, { status: 202 });
    }),
    http.get(`${API_URL}/file/f1`, () => HttpResponse.json({ ...polled, download_url: "", text_url: null })),
    http.post(`${API_URL}/file/delete`, async ({ request }) => {
      received.push(await request.json());
      return HttpResponse.json({ deleted: 1 });
    }),
  );
  return received;
}

const text = (name = "a.txt", type = "text/plain") => new File(["Hello"], name, { type });
const picture = () => new File(["x"], "p.png", { type: "image/png" });

function large(): File {
  const made = text("large.txt");
  Object.defineProperty(made, "size", { value: 30_000_001 });
  return made;
}

const states = (tray: AttachmentTray) => tray.store.getState().items.map(({ state }) => state);

async function whenAll(tray: AttachmentTray, state: string): Promise<void> {
  await vi.waitFor(() => expect(new Set(states(tray))).toEqual(new Set([state])));
}

describe("files in the composer", () => {
  it("are uploaded before the conversation exists; images wait for it", async () => {
    const received = answer({ uploaded: READ });
    const tray = new AttachmentTray();
    tray.add([text(), picture()], null);
    await vi.waitFor(() => expect(states(tray)).toEqual(["ready", "waiting"]));
    expect(received).toEqual([
      { name: "a.txt", media_type: "text/plain", size: 5, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      "PUT",
      { id: "f1" },
    ]);
  });

  it("are ready without an upload when the backend knows their bytes", async () => {
    const received = answer({ created: READ });
    const tray = new AttachmentTray();
    tray.add([text()], null);
    await whenAll(tray, "ready");
    expect(received).toHaveLength(1);
  });

  it("are read until a poll has the end", async () => {
    answer({});
    const tray = new AttachmentTray();
    tray.add([text()], null);
    await whenAll(tray, "reading");
    await vi.waitFor(() => expect(states(tray)).toEqual(["ready"]));
  });

  it("are read until the socket's event has the end", async () => {
    answer({ polled: file("reading") });
    let push = (_file: StoredFile): void => undefined;
    if (!chatSocket) throw new Error("the page has no socket");
    vi.spyOn(chatSocket, "onFile").mockImplementation((listener) => {
      push = listener;
      return () => undefined;
    });
    const tray = new AttachmentTray();
    tray.add([text()], null);
    await whenAll(tray, "reading");
    push({ ...READ, id: "another" });
    push(READ);
    await whenAll(tray, "ready");
  });

  it("that cannot be read show the code, and stay when a message is sent", async () => {
    answer({ uploaded: file("failed", { error: { code: "file_encrypted", message: "…" } }) });
    const tray = new AttachmentTray();
    tray.add([text()], null);
    await whenAll(tray, "failed");
    expect(tray.store.getState().items[0]?.error?.code).toBe("file_encrypted");
    expect(tray.take()).toEqual([]);
    answer({ uploaded: READ });
    tray.retry(tray.store.getState().items[0]?.id ?? 0, null);
    await whenAll(tray, "ready");
  });

  it("become parts of a message by their id, and leave the composer", async () => {
    answer({ uploaded: READ });
    const tray = new AttachmentTray();
    tray.add([text()], null);
    const parts = await tray.upload(tray.take(), "c");
    expect(parts).toMatchObject([{ type: "file", file: { id: "f1", name: "a.txt", tokens: 3 } }]);
    expect(states(tray)).toEqual([]);
  });

  it("are deleted when they are removed", async () => {
    const received = answer({ uploaded: READ });
    const tray = new AttachmentTray();
    tray.add([text()], null);
    await whenAll(tray, "ready");
    tray.remove(tray.store.getState().items[0]?.id ?? 0);
    await vi.waitFor(() => expect(received.at(-1)).toEqual({ ids: ["f1"] }));
  });

  it("above the limits are refused at once", () => {
    answer({ uploaded: READ });
    const tray = new AttachmentTray();
    const problem = () => tray.store.getState().problem;
    tray.add([large()], null);
    expect(problem()).toEqual({ kind: "too-large", name: "large.txt", maxMegabytes: 30 });
    tray.add([text("drawing.bmp", "image/bmp")], null);
    expect(problem()).toEqual({ kind: "unsupported", name: "drawing.bmp" });
    tray.add(
      Array.from({ length: 11 }, () => text("drawing.svg", "image/svg+xml")),
      null,
    );
    expect(problem()).toEqual({ kind: "too-many-files" });
    expect(states(tray)).toHaveLength(10);
  });
});
