import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatEvent } from "@/api/types";
import { stubClickClipboard } from "@/testing/clipboard";
import { completed, delta, failed, notice, started } from "@/testing/events";
import { storedMessage } from "@/testing/messages";
import { ConversationController } from "./conversation-controller";
import { type ConversationAction, reduceConversation } from "./conversation-state";
import { MessageView } from "./MessageView";
import type { OpenReply } from "./reply-stream";

const openReply = vi.fn<OpenReply>();

const storedQuestion = storedMessage("u1", null, "user");
const storedReply = storedMessage("a1", "u1", "assistant", "Other answer");

const ids = { userId: "local:1", assistantId: "local:2" };
let controller: ConversationController;

beforeEach(() => {
  controller = new ConversationController(
    "c",
    {
      onActivity: () => undefined,
      onLeafSelected: () => undefined,
    },
    openReply,
  );
  controller.markEmpty();
});
afterEach(() => controller.close());

function apply(...actions: ConversationAction[]): void {
  act(() => controller.store.setState((state) => actions.reduce(reduceConversation, state), true));
}

/** A question whose reply has these events, on the screen. */
function show(...events: ChatEvent[]): HTMLElement {
  const now = Date.now();
  apply(
    { type: "send_requested", ids, parentId: null, content: [{ type: "text", text: "Hi" }], now },
    { type: "events", ids, events: [started, ...events], now },
  );
  return showMessage("a1");
}

function showMessage(id: string, startsContext = false): HTMLElement {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter>
        <MessageView
          controller={controller}
          id={id}
          position={1}
          total={2}
          startsContext={startsContext}
          observe={() => undefined}
        />
      </MemoryRouter>
    </QueryClientProvider>,
  );
  return screen.getByRole("article");
}

describe("a reply without some of its tools", () => {
  it("introduces the server's words in the language of the interface", () => {
    const words = "The tool server Tea does not answer.";
    apply({
      type: "messages_loaded",
      messages: [storedQuestion, { ...storedReply, tool_problems: [words] }],
    });
    const reply = within(showMessage("a1"));
    expect(reply.getByText(/Some tools could not be used/)).toBeDefined();
    expect(reply.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([words]);
  });
});

describe("a reply that failed", () => {
  const error = { code: "provider_busy", message: "Engine overloaded", status: 503, retry_after: 30 };

  it("shows the provider's message, and can be continued if it has text", async () => {
    const reply = show(delta(2, "So far"), failed(3, error));
    expect(within(reply).getByRole("blockquote").textContent).toBe("Engine overloaded");
    expect(within(reply).getByText("HTTP 503")).toBeDefined();
    expect(within(reply).getByRole("timer").textContent).toContain("30 seconds");
    openReply.mockImplementationOnce(async function* () {
      yield [{ ...started, seq: 4 }, delta(5, ", and on"), completed(6)];
    });
    await userEvent.click(within(reply).getByRole("button", { name: "Continue" }));
    expect(openReply.mock.lastCall?.[0]).toMatchObject({
      type: "continue",
      body: { message_id: "a1" },
    });
    expect(await within(reply).findByText("So far, and on")).toBeDefined();
    expect(document.activeElement).toBe(reply);
  });

  it("can only be regenerated if it has no text", () => {
    const reply = show(failed(2, error));
    expect(within(reply).getByRole("button", { name: "Retry" })).toBeDefined();
    expect(within(reply).queryByRole("button", { name: "Continue" })).toBeNull();
  });
});

describe("a reply whose provider is busy", () => {
  it("counts down to the next attempt until something arrives", () => {
    vi.useFakeTimers({ now: 0 });
    const reply = show(notice(429, 8));
    expect(within(reply).getByText("Waiting for the provider (429), trying again in 8 s")).toBeDefined();
    // Announced once, without the countdown.
    expect(within(reply).getByRole("status").textContent).toBe("Waiting for the provider (429)");
    act(() => vi.advanceTimersByTime(3000));
    expect(within(reply).getByText(/trying again in 5 s/)).toBeDefined();
    apply({ type: "events", ids, events: [delta(2, "Here")], now: 3000 });
    expect(within(reply).queryByText(/Waiting for the provider/)).toBeNull();
    vi.useRealTimers();
  });
});

describe("a finished reply", () => {
  it("is copied as rich text where only a click may copy", async () => {
    const reply = show(delta(2, "So **that**"), completed(3));
    await within(reply).findByText("that");
    await userEvent.click(within(reply).getByRole("button", { name: "More about this message" }));
    const item = await screen.findByRole("menuitem", { name: "Copy as rich text" });
    const copied = stubClickClipboard();
    // Loaded with the menu.
    await import("./copy-rich-text");
    await act(async () => undefined);
    fireEvent.click(item);
    await vi.waitFor(() => expect(copied.get("text/plain")).toBe("So **that**"));
    expect(copied.get("text/html")).toContain("<strong>that</strong>");
  });

  it("lists its numbered sources, with links to web pages only", () => {
    const sources = [
      { n: 1, title: "An example", url: "https://www.a.example/page" },
      { n: 3, title: "", url: "https://b.example/" },
      { n: 4, title: "Not a page", url: "javascript:alert(1)" },
    ];
    const reply = show(delta(2, "So [1]"), { ...completed(3), sources } as ChatEvent);
    const list = within(reply).getByRole("region", { name: "Sources" });
    const items = within(list).getAllByRole<HTMLLIElement>("listitem");
    expect(items.map(({ value }) => value)).toEqual([1, 3, 4]);
    const links = within(list).getAllByRole<HTMLAnchorElement>("link");
    expect(links.map(({ textContent, href }) => [textContent, href])).toEqual([
      ["An example", "https://www.a.example/page"],
      ["b.example", "https://b.example/"],
    ]);
    for (const link of links) expect(link.rel).toBe("noopener noreferrer nofollow");
  });

  it("names the pages of long files that the model was given", async () => {
    const file_excerpts = [
      { id: "f1", name: "report.pdf", pages: [3, 7] },
      { id: "f2", name: "log.txt", pages: [] },
    ];
    const reply = show(delta(2, "A"), { ...completed(3), file_excerpts } as ChatEvent);
    expect(await within(reply).findByRole("button", { name: "From report.pdf: pages 3, 7" })).toBeDefined();
    expect(within(reply).getByRole("button", { name: "Only parts of log.txt were sent" })).toBeDefined();
  });

  it("lists the pages that it cites of files of the conversation, each once and in order", async () => {
    const content = [
      {
        type: "file" as const,
        file: { id: "f1", name: "a (1).pdf", media_type: "application/pdf", pages: 9, tokens: 9 },
      },
    ];
    apply(
      { type: "send_requested", ids, parentId: null, content, now: 0 },
      {
        type: "events",
        ids,
        events: [
          started,
          delta(2, "B [a (1).pdf p. 7], C [a (1).pdf pp. 3-5], [a (1).pdf p. 7], [other.pdf p. 2]"),
          completed(3),
        ],
        now: 0,
      },
    );
    const reply = showMessage("a1");
    await within(reply).findByText("Cited from a (1).pdf:");
    const pages = within(reply).getAllByRole("button", { name: /^Page/ });
    expect(pages.map(({ textContent }) => textContent)).toEqual(["Page 3", "Page 7"]);
  });

  it("shows that earlier images were not sent, and that a filter ended it", () => {
    const end = { ...completed(3), images_omitted: true, finish_reason: "content_filter" };
    const reply = show(delta(2, "A"), end as ChatEvent);
    expect(within(reply).getByText(/Some images were not sent/)).toBeDefined();
    expect(within(reply).getByText(/content filter ended the reply/)).toBeDefined();
  });

  it.each([
    [{ prompt_tokens: 1200, completion_tokens: 30 }, ["1,200", "30"]],
    [
      { prompt_tokens: 1200, completion_tokens: 30, cached_tokens: 1024, reasoning_tokens: 20 },
      ["1,200 (1,024 cached)", "30 (20 reasoning)"],
    ],
  ])(
    "has its model and tokens in a popover, with those from the cache and of reasoning: %o",
    (usage, tokens) => {
      const reply = show(delta(2, "A"), { ...completed(3), usage } as ChatEvent);
      const popover = reply.querySelector("[popover]") as HTMLElement;
      expect(popover.textContent).toBe("");
      fireEvent(popover, Object.assign(new Event("beforetoggle"), { newState: "open" }));
      const values = within(popover).getAllByRole("definition", { hidden: true });
      const [model, time, ...counts] = values.map(({ textContent }) => textContent);
      expect(model).toBe("m");
      expect(time).toMatch(/\d{4}/);
      expect(counts).toEqual(tokens);
    },
  );

  it("is shown beside another version, until one of them is chosen", async () => {
    const reply = show(delta(2, "First answer"), completed(3));
    const other = { ...storedReply, id: "a2", model: "other" };
    apply({ type: "messages_loaded", messages: [other] }, { type: "comparison_opened", ids: ["a2", "a1"] });
    const columns = await within(reply).findByRole("region", { name: "Two replies side by side" });
    expect(within(columns).getByRole("region", { name: "Reply 1 · other" }).textContent).toContain(
      "Other answer",
    );
    expect(within(columns).getByRole("region", { name: "Reply 2 · m" }).textContent).toContain(
      "First answer",
    );
    const [chooseOther] = within(columns).getAllByRole("button", { name: "Continue with this reply" });
    if (chooseOther) await userEvent.click(chooseOther);
    expect(controller.store.getState().path).toEqual(["u1", "a2"]);
    expect(controller.store.getState().compared).toBeNull();
  });
});

describe("a user's text", () => {
  it.each([
    ["of many lines", "line\n".repeat(40)],
    ["of many characters", "word ".repeat(600)],
  ])("%s is folded, and all of it is in the document", async (_, text) => {
    apply({ type: "messages_loaded", messages: [{ ...storedQuestion, content: [{ type: "text", text }] }] });
    const question = showMessage("u1");
    expect(question.textContent).toContain(text);
    const button = within(question).getByRole("button", { name: "Show more" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await userEvent.click(button);
    expect(within(question).getByRole("button", { name: "Show less" })).toBeDefined();
  });

  it("that is short has no such button", () => {
    apply({ type: "messages_loaded", messages: [storedQuestion] });
    expect(within(showMessage("u1")).queryByRole("button", { name: "Show more" })).toBeNull();
  });
});

it("a question can be edited and deleted once it is stored", () => {
  const content = [{ type: "text" as const, text: "Hi" }];
  apply({ type: "send_requested", ids, parentId: null, content, now: 0 });
  const names = () => screen.getAllByRole("button").map(({ ariaLabel }) => ariaLabel);
  showMessage("local:1");
  expect(names()).toEqual(["Copy"]);
  apply({ type: "events", ids, events: [started], now: 0 });
  cleanup();
  showMessage("u1");
  expect(names()).toEqual(["Copy", "Edit message", "More about this message"]);
});

it("the first message that the model was given has a line above it", () => {
  apply({ type: "messages_loaded", messages: [storedQuestion] });
  expect(showMessage("u1", true).textContent).toContain("The model received the messages from here on");
});

describe("a question with files", () => {
  const file = { id: "f1", name: "report.pdf", media_type: "application/pdf", pages: 120, tokens: 40_000 };
  const ask = (more: Partial<typeof file>) => {
    const content = [
      { type: "file" as const, file: { ...file, ...more } },
      { type: "text" as const, text: "Hi" },
    ];
    apply({ type: "send_requested", ids, parentId: null, content, now: 0 });
    return showMessage("local:1");
  };

  it("shows their size, and that a long one is searched", async () => {
    const message = ask({});
    const card = await within(message).findByRole("button", { name: "Open report.pdf" });
    expect(card.textContent).toContain("120 pages · about 40K tokens");
    expect(card.textContent).toContain("the model searches in it");
  });

  it("waits by name for one that is still being read", async () => {
    const message = ask({ id: "" });
    expect(await within(message).findByText("Reading report.pdf…")).toBeDefined();
  });

  it("is sent with them again when it is edited", async () => {
    const message = ask({});
    apply({ type: "events", ids, events: [started, completed(2)], now: 0 });
    cleanup();
    showMessage("u1");
    expect(message).toBeDefined();
    openReply.mockImplementationOnce(async function* () {
      yield [started, completed(2)];
    });
    await userEvent.click(screen.getByRole("button", { name: "Edit message" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Edit message" }), "!{Control>}{Enter}");
    expect(openReply.mock.lastCall?.[0]).toMatchObject({
      body: {
        message: [
          { type: "file", file: { id: "f1" } },
          { type: "text", text: "Hi!" },
        ],
      },
    });
  });
});
