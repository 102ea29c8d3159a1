// The page of a conversation, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { Link, MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chatSocket } from "@/api/chat-socket";
import { API_URL, session } from "@/api/client";
import type { Message, SendBody } from "@/api/types";
import { completed, delta, started } from "@/testing/events";
import { makeTokens } from "@/testing/tokens";
import { ChatPage, ChatProvider } from ".";

const TIME = "2026-01-01T00:00:00Z";

const stored = (id: string, parentId: string | null, role: Message["role"], text: string): Message => ({
  id,
  parent_id: parentId,
  role,
  content: [{ type: "text", text }],
  reasoning: null,
  status: "completed",
  model: null,
  usage: null,
  finish_reason: null,
  error: null,
  created_at: TIME,
});
const HISTORY = [
  stored("q", null, "user", "Which roses?"),
  stored("r0", "q", "assistant", "Blue ones."),
  stored("r1", "q", "assistant", "White ones."),
  stored("r", "q", "assistant", "Red ones."),
];

const FAILED = "The messages could not be loaded";

/** Whether the messages can be loaded. */
let available: boolean;
/** The bodies of the requested turns, and the messages that titles were requested for. */
let sent: SendBody[];
let titled: unknown[];

const refused = () => HttpResponse.json({ error: { code: "internal_error", message: "" } }, { status: 500 });
const events = [started, delta(2, "Yes."), completed(3)];

const server = setupServer(
  http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: [] })),
  http.get(`${API_URL}/conversation/:id`, ({ params }) =>
    HttpResponse.json({
      id: params.id,
      title: "Roses",
      archived: false,
      pinned: false,
      model_config_id: null,
      created_at: TIME,
      updated_at: TIME,
      active_leaf_id: "r",
    }),
  ),
  http.get(`${API_URL}/chat/:id`, ({ request }) => {
    if (!available) return refused();
    const leafId = new URL(request.url).searchParams.get("leaf_id");
    const items = HISTORY.filter(({ id }) => id === "q" || id === (leafId === "active" ? "r" : leafId));
    return HttpResponse.json({ items, next_cursor: null });
  }),
  http.get(`${API_URL}/chat/:id/outline`, () =>
    available
      ? HttpResponse.json({
          items: HISTORY.map(({ id, parent_id, role }) => ({ id, parent_id, role })),
          next_cursor: null,
        })
      : refused(),
  ),
  http.post<never, SendBody>(`${API_URL}/chat/send`, async ({ request }) => {
    sent.push(await request.json());
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
    return new HttpResponse(text, { headers: { "Content-Type": "text/event-stream" } });
  }),
  http.post(`${API_URL}/conversation/update`, () => HttpResponse.json({})),
  http.post<never, { message: string }>(`${API_URL}/conversation/generate_title`, async ({ request }) => {
    titled.push((await request.json()).message);
    return HttpResponse.json({ title: "" });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  URL.createObjectURL = () => "blob:picture";
  URL.revokeObjectURL = () => undefined;
  available = true;
  sent = [];
  titled = [];
  session.accept(makeTokens());
  // Without a socket, replies are event streams.
  if (chatSocket) vi.spyOn(chatSocket, "start").mockImplementation(() => undefined);
});
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

function openChat(): void {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <MemoryRouter initialEntries={["/c/c1"]}>
        <ChatProvider>
          <ChatPage
            navigation={
              <>
                <Link to="/">New</Link>
                <Link to="/c/c1">Roses</Link>
                <Link to="/c/c2">Tulips</Link>
              </>
            }
          />
        </ChatProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

const composer = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Message" });

describe("a message to a conversation whose messages could not be loaded", () => {
  it("stays in the composer until they are, and is then appended to them", async () => {
    available = false;
    openChat();
    await screen.findByText(FAILED);
    await userEvent.type(composer(), "All of them?");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    await vi.waitFor(() => expect(composer().value).toBe("All of them?"));
    expect(sent).toEqual([]);

    available = true;
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    await screen.findByText("Yes.");
    expect(sent).toMatchObject([{ message: "All of them?", parent_id: "r" }]);
    expect(titled).toEqual([]);
  });
});

describe("a conversation that is left and opened again", () => {
  const goTo = (name: string) => userEvent.click(screen.getByRole("link", { name }));
  const attach = (...files: File[]) =>
    userEvent.upload(document.querySelector<HTMLInputElement>("input[type=file]") as HTMLInputElement, files);
  const picture = () => screen.queryByRole("img", { name: "rose.png" });
  const image = new File(["x"], "rose.png", { type: "image/png" });

  it.each(["Roses", "New"])("has the attachments of its message: %s", async (name) => {
    server.use(http.post(`${API_URL}/chat/get_upload_presigned_url`, refused));
    openChat();
    await goTo(name);
    await attach(image);
    expect(picture()).not.toBeNull();
    await goTo("Tulips");
    expect(picture()).toBeNull();
    await goTo(name);
    expect(picture()).not.toBeNull();
  });

  it("has a message again that could not be sent meanwhile, with its attachments", async () => {
    let fail = (): void => undefined;
    const failing = new Promise<void>((resolve) => {
      fail = resolve;
    });
    server.use(
      http.post(`${API_URL}/chat/get_upload_presigned_url`, async () => {
        await failing;
        return refused();
      }),
    );
    openChat();
    await screen.findByText("Which roses?");
    await attach(image);
    await userEvent.type(composer(), "This one?");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    await vi.waitFor(() => expect(picture()).toBeNull());
    await goTo("Tulips");
    await goTo("Roses");
    expect(composer().value).toBe("");
    fail();
    await vi.waitFor(() => expect([composer().value, picture()]).toEqual(["This one?", expect.anything()]));
    expect(sent).toEqual([]);
  });

  it("has the text of an edited question", async () => {
    openChat();
    await screen.findByText("Which roses?");
    await userEvent.click(screen.getByRole("button", { name: "Edit message" }));
    const editor = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Edit message" });
    await userEvent.type(editor(), " And why?");
    await goTo("Tulips");
    await goTo("Roses");
    expect(editor().value).toBe("Which roses? And why?");
  });
});

describe("the focus", () => {
  const focused = () => document.activeElement?.getAttribute("aria-label");

  it("stays on the arrows while the versions of a reply are gone through", async () => {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    openChat();
    await screen.findByText("Red ones.");
    server.use(http.get(`${API_URL}/chat/:id`, () => arrived));
    screen.getByRole("button", { name: "Previous version" }).focus();
    await userEvent.keyboard("{Enter}");
    // While it is loaded, on the message itself.
    expect(document.activeElement?.tagName).toBe("ARTICLE");
    arrive();
    await screen.findByText("White ones.");
    expect(focused()).toBe("Previous version");
    await userEvent.keyboard("{Enter}");
    await screen.findByText("Blue ones.");
    // There is none before the first one.
    expect(focused()).toBe("Next version");
    await userEvent.keyboard("{Enter}");
    await screen.findByText("White ones.");
    expect(focused()).toBe("Next version");
  });

  it("returns to the button that opened an editor", async () => {
    openChat();
    await screen.findByText("Which roses?");
    await userEvent.click(screen.getByRole("button", { name: "Edit message" }));
    expect(document.activeElement?.tagName).toBe("TEXTAREA");
    await userEvent.keyboard("{Escape}");
    expect(focused()).toBe("Edit message");
  });
});
