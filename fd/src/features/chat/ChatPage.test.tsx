// The page of a conversation, against a stand-in of the backend.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { Link, MemoryRouter } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { chatSocket, type LiveListener } from "@/api/chat-socket";
import { API_URL, session } from "@/api/client";
import type { ChatEvent, SendBody } from "@/api/types";
import { storeModelChoice } from "@/features/settings";
import { ACTIVITY_KEY } from "@/storage-keys";
import { nextTask } from "@/tasks";
import { completed, delta, started } from "@/testing/events";
import { storedMessage as stored } from "@/testing/messages";
import { makeTokens } from "@/testing/tokens";
import { ChatPage, ChatProvider } from ".";

const TIME = "2026-01-01T00:00:00Z";

const HISTORY = [
  stored("q", null, "user", "Which roses?"),
  stored("r0", "q", "assistant", "Blue ones."),
  stored("r1", "q", "assistant", "White ones."),
  stored("r2", "q", "assistant", "Red ones."),
];

const OTHERS = Array.from({ length: 10 }, (_, n) => `other${n}`);
const FAILED = "The messages could not be loaded";

/** Whether the messages can be loaded. */
let available: boolean;
/** The conversations whose messages were loaded, in order. */
let loads: unknown[];
/** The last message of every conversation. */
let leafId: string;
/** Receives the events of the socket, which is not opened. */
let live: LiveListener | null;
/** The bodies of the requested turns, and the messages that titles were requested for. */
let sent: SendBody[];
let titled: unknown[];

const refused = () => HttpResponse.json({ error: { code: "internal_error", message: "" } }, { status: 500 });
const events = [started, delta(2, "Yes."), completed(3)];

function stream(arriving: readonly ChatEvent[]): HttpResponse<string> {
  const text = arriving.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  return new HttpResponse(text, { headers: { "Content-Type": "text/event-stream" } });
}

const reply = () => stream(events);

/** A promise, and the function that resolves it. */
function gate(): [Promise<void>, () => void] {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, () => open()];
}

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
      active_leaf_id: leafId,
    }),
  ),
  http.get(`${API_URL}/chat/:id`, ({ request, params }) => {
    loads.push(params.id);
    if (!available) return refused();
    const leaf = new URL(request.url).searchParams.get("leaf_id");
    const items = HISTORY.filter(({ id }) => id === "q" || id === (leaf === "active" ? leafId : leaf));
    return HttpResponse.json({ items, next_cursor: null });
  }),
  http.get(`${API_URL}/chat/:id/outline`, () =>
    available
      ? HttpResponse.json({
          items: HISTORY.filter(({ id }) => id <= leafId).map(({ id, parent_id, role }) => ({
            id,
            parent_id,
            role,
          })),
          next_cursor: null,
        })
      : refused(),
  ),
  http.post<never, SendBody>(`${API_URL}/chat/send`, async ({ request }) => {
    sent.push(await request.json());
    return reply();
  }),
  http.post(`${API_URL}/chat/regenerate`, reply),
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
  loads = [];
  leafId = "r2";
  sent = [];
  titled = [];
  session.accept(makeTokens());
  // Without a socket, replies are event streams.
  if (chatSocket)
    vi.spyOn(chatSocket, "start").mockImplementation((listener) => {
      live = listener;
    });
});
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

function openChat(): QueryClient {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queryClient}>
      <MemoryRouter initialEntries={["/c/c1"]}>
        <ChatProvider>
          <ChatPage
            navigation={
              <>
                <Link to="/">New</Link>
                <Link to="/?project=p1">New in project</Link>
                <Link to="/c/c1">Roses</Link>
                <Link to="/c/c2">Tulips</Link>
                {OTHERS.map((name) => (
                  <Link key={name} to={`/c/${name}`}>
                    {name}
                  </Link>
                ))}
              </>
            }
          />
        </ChatProvider>
      </MemoryRouter>
    </QueryClientProvider>,
  );
  return queryClient;
}

const goTo = (name: string) => userEvent.click(screen.getByRole("link", { name }));

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
    expect(sent).toMatchObject([{ message: "All of them?", parent_id: "r2" }]);
    expect(titled).toEqual([]);
  });
});

describe("a message to a conversation whose messages are being loaded", () => {
  it("waits for a reply that turns out to be running", async () => {
    const [historyReady, loadHistory] = gate();
    const [ended, end] = gate();
    const ids = { user_message_id: "q", assistant_message_id: "r2" };
    server.use(
      http.get(`${API_URL}/chat/:id`, async () => {
        await historyReady;
        const items = HISTORY.filter(({ id }) => id === "q" || id === "r2").map((message) =>
          message.id === "r2" ? { ...message, status: "streaming" } : message,
        );
        return HttpResponse.json({ items, next_cursor: null });
      }),
      http.get(`${API_URL}/chat/resume/:id`, async () => {
        await ended;
        return stream([
          { ...started, ...ids },
          { ...delta(2, "Red and yellow ones."), message_id: "r2" },
          { ...completed(3), ...ids },
        ] as ChatEvent[]);
      }),
    );
    openChat();
    await userEvent.type(composer(), "All of them?");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    loadHistory();
    await screen.findByRole("list", { name: "Queued messages" });
    expect(sent).toEqual([]);
    end();
    await screen.findByText("Yes.");
    expect(sent).toMatchObject([{ message: "All of them?", parent_id: "r2" }]);
  });
});

describe("a conversation that is left and opened again", () => {
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
    const [failing, fail] = gate();
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

describe("a new conversation that is left while it is created, and opened again", () => {
  it("goes on at its address", async () => {
    const [created, create] = gate();
    server.use(
      http.post(`${API_URL}/conversation/create`, async () => {
        await created;
        return HttpResponse.json({ id: "c9", title: null, created_at: TIME, updated_at: TIME });
      }),
    );
    const send = async (text: string) => {
      await userEvent.type(composer(), text);
      await userEvent.click(screen.getByRole("button", { name: "Send" }));
    };
    openChat();
    await goTo("New");
    await send("Which tulips?");
    await goTo("Tulips");
    await goTo("New");
    create();
    await screen.findByText("Yes.");
    await screen.findByRole("button", { name: "More about this chat" });
    await send("All of them?");
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toMatchObject([{ parent_id: null }, { conversation_id: "c9", parent_id: "a1" }]);
    expect(titled).toEqual(["Which tulips?"]);
  });
});

describe("the model and the tools of a project", () => {
  const model = () => screen.getByRole("button", { name: /^Choose a model/ }).textContent;
  const tools = () => screen.getByRole("button", { name: /^Tools/ }).getAttribute("aria-label");
  const config = { base_url: null, offered: true, params: {} };

  beforeEach(() => {
    const models = ["Small", "Large"].map((name) => ({ ...config, id: name, name, model: name }));
    const project = { id: "p1", name: "Garden", model_config_id: "Large", tools: ["web_search"] };
    server.use(
      http.get(`${API_URL}/model_config`, () => HttpResponse.json({ items: models })),
      http.get(`${API_URL}/project`, () => HttpResponse.json({ items: [project] })),
    );
    storeModelChoice("Small");
    openChat();
  });

  it("are suggested for its new conversations only", async () => {
    await goTo("New in project");
    await vi.waitFor(() => expect([model(), tools()]).toEqual(["Large", "Tools: 1 on"]));
    await goTo("New");
    expect([model(), tools()]).toEqual(["Small", "Tools"]);
    await goTo("New in project");
    await vi.waitFor(() => expect([model(), tools()]).toEqual(["Large", "Tools: 1 on"]));
  });

  it("do not replace a choice, even if it is that of the default model", async () => {
    await goTo("New");
    await vi.waitFor(() => expect(model()).toBe("Small"));
    await userEvent.click(screen.getByRole("button", { name: /^Choose a model/ }));
    await userEvent.click(await screen.findByRole("menuitemradio", { name: "Default model" }));
    await goTo("New in project");
    await vi.waitFor(() => expect(tools()).toBe("Tools: 1 on"));
    expect(model()).toBe("Default model");
  });
});

describe("a running reply beside one that has ended", () => {
  it("can be stopped, while a message is sent to the other", async () => {
    const stopped: unknown[] = [];
    server.use(
      http.get(`${API_URL}/chat/:id`, ({ request }) => {
        const leaf = new URL(request.url).searchParams.get("leaf_id") === "r1" ? "r1" : "r2";
        const items = HISTORY.filter(({ id }) => id === "q" || id === leaf);
        const running = items.map((item) => (item.id === "r1" ? { ...item, status: "streaming" } : item));
        return HttpResponse.json({ items: running, next_cursor: null });
      }),
      http.get(`${API_URL}/chat/resume/:id`, () => new Promise<never>(() => undefined)),
      http.get(`${API_URL}/share`, () => HttpResponse.json({ items: [] })),
      http.post(`${API_URL}/chat/stop`, async ({ request }) => {
        stopped.push(await request.json());
        return new HttpResponse(null, { status: 202 });
      }),
    );
    openChat();
    await screen.findByText("Red ones.");
    const stop = () => screen.queryByRole("button", { name: "Stop" });
    expect(stop()).toBeNull();
    await userEvent.click(
      screen.getAllByRole("button", { name: "More about this message" }).at(-1) as HTMLElement,
    );
    await userEvent.click(await screen.findByText("Compare versions side by side"));
    await userEvent.click(await screen.findByRole("button", { name: "Stop" }));
    await userEvent.keyboard("{Escape}");
    await vi.waitFor(() => expect(stopped).toEqual([{ message_id: "r1" }, { message_id: "r1" }]));
    await userEvent.type(composer(), "Why?");
    await userEvent.click(screen.getByRole("button", { name: "Send" }));
    await screen.findByText("Yes.");
    expect(sent).toMatchObject([{ parent_id: "r2" }]);
  });
});

describe("the focus", () => {
  const focused = () => document.activeElement?.getAttribute("aria-label");

  it("stays on the arrows while the versions of a reply are gone through", async () => {
    const [arrived, arrive] = gate();
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

  it.each([
    { name: "an edited question", button: "Edit message", keys: " And why?{Enter}" },
    { name: "a request for another reply", button: "Regenerate", keys: "" },
  ])("stays with the messages after $name", async ({ button, keys }) => {
    openChat();
    await screen.findByText("Red ones.");
    screen.getByRole("button", { name: button }).focus();
    await userEvent.keyboard(`{Enter}${keys}`);
    await screen.findByText("Yes.");
    expect(focused()).toBe("Messages");
  });
});

describe("the messages of a conversation", () => {
  const connect = (again: boolean) => act(() => live?.onConnected(again));

  it("are not loaded twice when the socket connects, unless there is a new one", async () => {
    leafId = "q";
    const queryClient = openChat();
    const answered = () => vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
    await screen.findByText("Which roses?");
    await answered();
    connect(false);
    expect(queryClient.isFetching()).toBe(1);
    await answered();
    await nextTask();
    expect(loads).toEqual(["c1"]);

    leafId = "r2";
    connect(false);
    await screen.findByText("Red ones.");
    expect(loads).toEqual(["c1", "c1"]);
  });

  it("are loaded again when the socket connects, if the last ones were deleted meanwhile", async () => {
    openChat();
    await screen.findByText("Red ones.");
    leafId = "q";
    connect(false);
    await vi.waitFor(() => expect(screen.queryByText("Red ones.")).toBeNull());
    expect(loads).toEqual(["c1", "c1"]);
  });

  it("are loaded again after a disconnection where they are shown, elsewhere when they are opened", async () => {
    openChat();
    await screen.findByText("Red ones.");
    await goTo("Tulips");
    await vi.waitFor(() => expect(loads).toEqual(["c1", "c2"]));
    await screen.findByText("Red ones.");
    connect(true);
    await vi.waitFor(() => expect(loads).toEqual(["c1", "c2", "c2"]));
    // Until then, a reply in it is one that was not read.
    act(() => {
      live?.onEvent({ ...started, conversation_id: "c1" } as ChatEvent);
      live?.onEvent(completed(2));
    });
    expect(localStorage.getItem(ACTIVITY_KEY)).toContain("c1");
    await goTo("Roses");
    await vi.waitFor(() => expect(loads).toEqual(["c1", "c2", "c2", "c1"]));
    await goTo("Tulips");
    await screen.findByText("Red ones.");
    expect(loads).toHaveLength(4);
  });

  it("are forgotten where many others were shown since, but not with something unsent", async () => {
    openChat();
    await screen.findByText("Red ones.");
    await goTo("Tulips");
    await userEvent.click(await screen.findByRole("button", { name: "Edit message" }));
    for (const name of OTHERS) await goTo(name);
    await vi.waitFor(() => expect(loads).toHaveLength(12));
    await goTo("Tulips");
    expect(screen.getByRole("textbox", { name: "Edit message" })).toBeDefined();
    await goTo("Roses");
    await vi.waitFor(() => expect(loads).toHaveLength(13));
    expect(loads.at(-1)).toBe("c1");
  });
});
