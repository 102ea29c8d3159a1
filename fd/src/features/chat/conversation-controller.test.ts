import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api, session } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { ChatEvent, Message, Step } from "@/api/types";
import { nextTask } from "@/tasks";
import { completed, delta, failed, started } from "@/testing/events";
import { storedMessage as stored } from "@/testing/messages";
import { ConversationController } from "./conversation-controller";
import { type ConversationState, textOf } from "./conversation-state";
import { loadDraft, SendingText } from "./drafts";
import type { OpenReply } from "./reply-stream";

const openReply = vi.fn<OpenReply>();

const question = [{ type: "text" as const, text: "Hi" }];

const observer = { onActivity: () => undefined, onLeafSelected: () => undefined };

/** The event with the ids of another turn: messages u2 and a2 of turn "2". */
function ofTurn(turn: string, event: ChatEvent): ChatEvent {
  const user_message_id = `u${turn}`;
  const assistant_message_id = `a${turn}`;
  return "message_id" in event
    ? { ...event, message_id: assistant_message_id }
    : { ...event, user_message_id, assistant_message_id };
}

/** The next requested reply starts immediately, and ends when the returned function is called. */
function answerLater(turn: string, end: ChatEvent): () => void {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  openReply.mockImplementationOnce(async function* () {
    yield [ofTurn(turn, started)];
    await released;
    yield [ofTurn(turn, end)];
  });
  return release;
}

/** The next requested reply yields these immediately. */
function answer(...arrivals: (ChatEvent[] | Error)[]): void {
  openReply.mockImplementationOnce(async function* () {
    for (const arrival of arrivals) {
      if (arrival instanceof Error) throw arrival;
      yield arrival;
    }
  });
}

const texts = ({ messages, path }: ConversationState) =>
  path.map((id) => textOf(messages.get(id)?.content ?? []));

let controller: ConversationController;

beforeEach(() => {
  openReply.mockReset();
  // Drafts belong to a user.
  session.end("logged-out");
  controller = new ConversationController("c", observer, openReply);
  controller.markEmpty();
});

afterEach(() => controller.close());

describe("the history of a conversation", () => {
  it("begins with the messages on the screen, before the outline of all messages", async () => {
    const requested = vi.spyOn(api, "GET").mockRejectedValue(new ApiError({ status: 0, code: "network" }));
    await controller.reload();
    expect(requested.mock.calls.map(([path]) => path)).toEqual([
      "/chat/{conversation_id}",
      "/chat/{conversation_id}/outline",
    ]);
  });
});

/** The backend has these messages. */
function store(...messages: Message[]): void {
  const data = { items: messages, next_cursor: null };
  // An outline has fewer fields of each message.
  vi.spyOn(api, "GET").mockImplementation(() => Promise.resolve({ data } as never));
}

describe("a message that another device has deleted", () => {
  it("leaves the conversation when it is loaded again", async () => {
    store(stored("u1", null, "user"), stored("a1", "u1", "assistant"), stored("u2", "a1", "user"));
    await controller.reload();
    expect(controller.store.getState().path).toEqual(["u1", "a1", "u2"]);
    store(stored("u1", null, "user"), stored("a1", "u1", "assistant"));
    await controller.reload();
    expect(controller.store.getState().path).toEqual(["u1", "a1"]);
  });
});

describe("a message that is deleted here", () => {
  it("keeps the conversation in the page until it is deleted in the backend, or shown again", async () => {
    store(stored("u1", null, "user"), stored("a1", "u1", "assistant"));
    await controller.reload();
    const call = vi.spyOn(api, "POST");
    expect(controller.isIdle).toBe(true);
    controller.hideMessage("a1");
    expect(controller.isIdle).toBe(false);
    controller.restoreMessage("a1");
    expect(controller.isIdle).toBe(true);
    controller.hideMessage("a1");
    call.mockRejectedValueOnce(new ApiError({ status: 503, code: "unavailable" }));
    await expect(controller.deleteMessage("a1")).rejects.toThrow(ApiError);
    expect(controller.isIdle).toBe(false);
    call.mockResolvedValueOnce({} as never);
    await controller.deleteMessage("a1");
    expect(controller.isIdle).toBe(true);
    // What was loaded before the deletion does not bring it back.
    await controller.reload();
    expect(controller.store.getState().path).toEqual(["u1"]);
    call.mockRestore();
  });
});

describe("a message that is sent", () => {
  it("is requested first, and rendered in a separate task", async () => {
    openReply.mockImplementationOnce(async function* () {
      await new Promise(() => undefined);
      yield [started];
    });
    void controller.send(question, null);
    expect(openReply).toHaveBeenCalledOnce();
    expect(texts(controller.store.getState())).toEqual([]);
    await nextTask();
    expect(texts(controller.store.getState())).toEqual(["Hi", ""]);
  });

  it("is shown before its reply, however fast that is", async () => {
    answer([started, delta(2, "你好")], [completed(3)]);
    const seen: string[][] = [];
    controller.store.subscribe((state) => seen.push(texts(state)));
    await controller.send(question, null);
    expect(seen.every(([first]) => first === "Hi")).toBe(true);
    await nextTask();
    const { path, keys, messages } = controller.store.getState();
    expect(path).toEqual(["u1", "a1"]);
    expect(texts(controller.store.getState())).toEqual(["Hi", "你好"]);
    expect(messages.get("a1")?.status).toBe("completed");
    // Their elements are kept.
    expect(keys.every((key) => key.startsWith("local:"))).toBe(true);
  });

  it("stays in its place with its error, and while it is sent again", async () => {
    answer(new ApiError({ status: 422, code: "no_model" }));
    await controller.send(question, null);
    const [unsent = ""] = controller.store.getState().path;
    expect(controller.store.getState().messages.get(unsent)).toMatchObject({ status: "unsent" });

    answer([started, delta(2, "你好")], [completed(3)]);
    const seen: string[][] = [];
    controller.store.subscribe((state) => seen.push(texts(state)));
    await controller.resend(unsent);
    expect(seen.every(([first]) => first === "Hi")).toBe(true);
    expect(texts(controller.store.getState())).toEqual(["Hi", "你好"]);
  });

  it("is sent again once, even if the retry is requested twice before it renders", async () => {
    answer(new ApiError({ status: 422, code: "no_model" }));
    await controller.send(question, null);
    const [unsent = ""] = controller.store.getState().path;
    answer([started, delta(2, "你好")], [completed(3)]);
    await Promise.all([controller.resend(unsent), controller.resend(unsent)]);
    expect(openReply).toHaveBeenCalledTimes(2);
    expect(texts(controller.store.getState())).toEqual(["Hi", "你好"]);
  });
});

describe("a message whose request failed", () => {
  /** The idempotency keys of the first request and of the retry. */
  async function keysAfter(status: number): Promise<unknown[]> {
    const keys: unknown[] = [];
    openReply.mockImplementation(async function* (request) {
      keys.push(request.type === "send" && request.idempotencyKey);
      if (keys.length > 0) throw new ApiError({ status, code: "x" });
      yield [started];
    });
    // The backoff between the automatic repetitions.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const sent = controller.send(question, null);
    await vi.runAllTimersAsync();
    await sent;
    vi.useRealTimers();
    openReply.mockImplementation(async function* (request) {
      keys.push(request.type === "send" && request.idempotencyKey);
      yield [started, delta(2, "你好"), completed(3)];
    });
    await controller.resend(controller.store.getState().path[0] ?? "");
    return [keys[0], keys.at(-1)];
  }

  it.each([0, 500, 503])("is the same request when it is retried after %s", async (status) => {
    const [first, retried] = await keysAfter(status);
    expect(retried).toBe(first);
    expect(texts(controller.store.getState())).toEqual(["Hi", "你好"]);
  });

  it.each([422, 429])("is another request when it is retried after %s", async (status) => {
    const [first, retried] = await keysAfter(status);
    expect(retried).not.toBe(first);
  });
});

describe("a request for another reply that failed", () => {
  async function refuseRegeneration(status: number): Promise<string> {
    answer([started, delta(2, "A"), completed(3)]);
    await controller.send(question, null);
    openReply.mockImplementation(() => {
      throw new ApiError({ status, code: "x" });
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const requested = controller.regenerate("a1", { modelConfigId: "m" });
    await vi.runAllTimersAsync();
    await requested;
    vi.useRealTimers();
    const { leafId, messages } = controller.store.getState();
    expect(messages.get(leafId ?? "")).toMatchObject({ status: "failed", parentId: "u1" });
    return leafId ?? "";
  }

  it.each([
    [0, true],
    [429, false],
  ])("is repeated in its place after %s", async (status, isSameRequest) => {
    const refused = await refuseRegeneration(status);
    const first = openReply.mock.lastCall?.[0];
    openReply.mockReset();
    answer([{ ...started, assistant_message_id: "a2" }, delta(2, "B"), completed(3)]);
    await controller.regenerate(refused);
    const again = openReply.mock.lastCall?.[0];
    expect(again).toMatchObject({ type: "regenerate", body: { message_id: "a1", model_config_id: "m" } });
    expect(keyOf(again) === keyOf(first)).toBe(isSameRequest);
    expect(controller.store.getState().path).toEqual(["u1", "a2"]);
    expect([...controller.store.getState().messages.keys()]).toEqual(["u1", "a1", "a2"]);
  });

  const keyOf = (request: unknown) => (request as { idempotencyKey?: string } | undefined)?.idempotencyKey;
});

describe("every request for a reply", () => {
  it("requests notices, which are shown", async () => {
    answer([started, delta(2, "A"), completed(3)]);
    await controller.send(question, null);
    answer(new ApiError({ status: 422, code: "no_model" }));
    await controller.regenerate("a1");
    answer([{ ...started, seq: 4 }, completed(5)]);
    await controller.continueReply("a1");
    const requests = openReply.mock.calls.map(([request]) => request);
    expect(requests.map(({ type }) => type)).toEqual(["send", "regenerate", "continue"]);
    for (const request of requests) expect(request).toMatchObject({ body: { notices: true } });
  });
});

describe("the images of a message", () => {
  const image = (url: string) => ({ type: "image_url" as const, image_url: { url, key: "k" } });
  const revoked: string[] = [];

  beforeEach(() => {
    revoked.length = 0;
    URL.revokeObjectURL = (url) => revoked.push(url);
  });

  it("are freed when it is loaded with other addresses", async () => {
    answer([started, completed(2)]);
    await controller.send([image("blob:1")], null);
    store({ ...stored("u1", null, "user"), content: [image("blob:1")] }, stored("a1", "u1", "assistant"));
    await controller.reload();
    expect(revoked).toEqual([]);
    store({ ...stored("u1", null, "user"), content: [image("https://s")] }, stored("a1", "u1", "assistant"));
    await controller.reload();
    expect(revoked).toEqual(["blob:1"]);
  });

  it("stay while another message shows them", async () => {
    answer([started, completed(2)]);
    await controller.send([image("blob:1")], null);
    answer(new ApiError({ status: 422, code: "no_model" }));
    await controller.send([image("blob:1"), ...question], null);
    controller.discard(controller.store.getState().leafId ?? "");
    expect(revoked).toEqual([]);
    controller.close();
    expect(revoked).toEqual(["blob:1"]);
  });
});

describe("a step of a reply", () => {
  it("stays on the screen when the reply goes on after the user's answer", async () => {
    vi.spyOn(api, "POST").mockResolvedValue({} as never);
    const step = { n: 1, at: 0, tool: "web_search", title: "", arguments: {}, started_at: "" };
    const waiting = { ...step, state: "waiting" as const };
    store({ ...stored("a1", null, "assistant"), content: [], status: "waiting", steps: [waiting] });
    await controller.reload();
    const states: (string | undefined)[] = [];
    const read = () => states.push(controller.store.getState().messages.get("a1")?.steps[0]?.state);
    // Changes in one task are rendered together.
    controller.store.subscribe(() => queueMicrotask(read));
    const change = (seq: number, state: Step["state"]): ChatEvent => ({
      type: "step",
      seq,
      message_id: "a1",
      step: { ...step, state },
    });
    answer(
      [started],
      [change(2, "waiting"), { type: "waiting", seq: 3, message_id: "a1", steps: [1] }],
      [{ ...started, seq: 4 }],
      [change(5, "running"), change(6, "done"), completed(7)],
    );
    await controller.answer({ message_id: "a1", n: 1, decision: "allow" });
    await vi.waitFor(() => expect(states.at(-1)).toBe("done"));
    expect(states).not.toContain(undefined);
    expect(states).not.toContain("waiting");
  });
});

describe("the draft of a message", () => {
  const stored = () => localStorage.getItem("draft::c");

  it("stays until the turn has started", async () => {
    let start = (): void => undefined;
    const starting = new Promise<void>((resolve) => {
      start = resolve;
    });
    openReply.mockImplementationOnce(async function* () {
      await starting;
      yield [started];
      expect(stored()).toBeNull();
      yield [completed(2)];
    });
    const sent = controller.send(question, null, new SendingText("c", "Hi"));
    await nextTask();
    expect(stored()).toBe("Hi");
    start();
    await sent;
    expect(stored()).toBeNull();
  });

  it("stays beside a message that could not be sent, until it is sent again or discarded", async () => {
    for (const end of ["resend", "discard"] as const) {
      answer(new ApiError({ status: 422, code: "no_model" }));
      await controller.send(question, null);
      expect([stored(), loadDraft("c")]).toEqual(["Hi", ""]);
      answer([started], [completed(2)]);
      await controller[end](controller.store.getState().path[0] ?? "");
      expect(stored()).toBeNull();
    }
  });

  it("is typed text again when the session ends", async () => {
    openReply.mockImplementationOnce(async function* (_request, signal) {
      await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      yield [started];
    });
    const sent = controller.send(question, null);
    controller.close();
    await sent;
    expect([stored(), loadDraft("c")]).toEqual(["Hi", "Hi"]);
  });
});

describe("a message that is written while a reply is running", () => {
  const text = (written: string) => [{ type: "text" as const, text: written }];
  const enqueue = (written: string) => controller.enqueue(text(written), new SendingText("c", written));
  const queued = () => controller.queue.store.getState().items.map(({ content }) => textOf(content));
  const requested = () =>
    openReply.mock.calls.map(([request]) => request.type === "send" && request.body.message);
  const parents = () =>
    openReply.mock.calls.map(([request]) => request.type === "send" && request.body.parent_id);

  it("is sent after it, one after another", async () => {
    const endFirst = answerLater("1", completed(2));
    const first = controller.send(question, null);
    await nextTask();
    enqueue("second");
    enqueue("third");
    expect([requested(), queued()]).toEqual([["Hi"], ["second", "third"]]);
    expect(localStorage.getItem("draft::c")).toBe("second\n\nthird");

    const endSecond = answerLater("2", completed(2));
    endFirst();
    await first;
    await vi.waitFor(() => expect(requested()).toEqual(["Hi", "second"]));
    expect(queued()).toEqual(["third"]);

    answerLater("3", completed(2))();
    endSecond();
    await vi.waitFor(() => expect(controller.store.getState().messages.get("a3")?.status).toBe("completed"));
    expect(requested()).toEqual(["Hi", "second", "third"]);
    expect(parents()).toEqual([null, "a1", "a2"]);
    expect(localStorage.getItem("draft::c")).toBeNull();
  });

  it("waits while it is edited, and until a failed reply is repeated", async () => {
    const endFirst = answerLater("1", failed(2, { code: "upstream_error", message: "" }));
    const first = controller.send(question, null);
    await nextTask();
    enqueue("seccond");
    const [message] = controller.queue.store.getState().items;
    controller.queue.edit(message?.id ?? 0);
    endFirst();
    await first;
    controller.queue.change(message?.id ?? 0, "second");
    expect([requested(), queued()]).toEqual([["Hi"], ["second"]]);
    expect(localStorage.getItem("draft::c")).toBe("second");

    answer([ofTurn("2", started), ofTurn("2", completed(2))]);
    answer([ofTurn("3", started), ofTurn("3", completed(2))]);
    await controller.regenerate("a1");
    await vi.waitFor(() => expect(openReply).toHaveBeenCalledTimes(3));
    expect(parents()).toEqual([null, false, "a2"]);
    expect(queued()).toEqual([]);
  });

  describe("that then asks the user something", () => {
    const step = { n: 1, at: 0, tool: "web_search", title: "", arguments: {}, started_at: "" };
    const asking: ChatEvent[] = [
      { type: "step", seq: 2, message_id: "a1", step: { ...step, state: "waiting" } },
      { type: "waiting", seq: 3, message_id: "a1", steps: [1] },
    ];

    async function askAfter(write: () => void): Promise<void> {
      let ask = (): void => undefined;
      const asked = new Promise<void>((resolve) => {
        ask = resolve;
      });
      openReply.mockImplementationOnce(async function* () {
        yield [started];
        await asked;
        yield asking;
      });
      const first = controller.send(question, null);
      await nextTask();
      write();
      ask();
      await first;
      expect(controller.store.getState().messages.get("a1")?.status).toBe("waiting");
    }

    it("is sent when that reply has gone on and ended", async () => {
      vi.spyOn(api, "POST").mockResolvedValue({} as never);
      await askAfter(() => enqueue("second"));
      // Its file was read only now.
      enqueue("third");
      expect([requested(), queued()]).toEqual([["Hi"], ["second", "third"]]);

      const change: ChatEvent = {
        type: "step",
        seq: 5,
        message_id: "a1",
        step: { ...step, state: "done" },
      };
      answer([started], asking, [{ ...started, seq: 4 }], [change, completed(6)]);
      answer([ofTurn("2", started), ofTurn("2", completed(2))]);
      answer([ofTurn("3", started), ofTurn("3", completed(2))]);
      await controller.answer({ message_id: "a1", n: 1, decision: "allow" });
      await vi.waitFor(() =>
        expect(controller.store.getState().messages.get("a3")?.status).toBe("completed"),
      );
      expect(requested()).toEqual(["Hi", false, "second", "third"]);
      expect(parents()).toEqual([null, false, "a1", "a2"]);
    });

    it("is sent before, if the user wants it", async () => {
      await askAfter(() => enqueue("second"));
      answer([ofTurn("2", started), ofTurn("2", completed(2))]);
      controller.sendQueuedNow();
      await vi.waitFor(() => expect(controller.store.getState().path.at(-1)).toBe("a2"));
      expect([parents(), queued()]).toEqual([[null, "a1"], []]);
    });
  });

  it("is not sent once it is removed, and is typed text again when the session ends", async () => {
    const endFirst = answerLater("1", completed(2));
    const first = controller.send(question, null);
    await nextTask();
    enqueue("second");
    controller.queue.remove(controller.queue.store.getState().items[0]?.id ?? 0);
    expect(localStorage.getItem("draft::c")).toBeNull();
    enqueue("third");
    enqueue("fourth");
    controller.close();
    expect(loadDraft("c")).toBe("third\n\nfourth");
    endFirst();
    await first;
    expect(openReply).toHaveBeenCalledOnce();
  });
});

describe("the first message of a conversation", () => {
  const sendFirst = (prepare: () => Promise<typeof question>) =>
    controller.sendPrepared(question, null, new SendingText(null, "Hi"), prepare);

  beforeEach(() => {
    controller = new ConversationController(null, observer, openReply);
    controller.markEmpty();
  });

  it("is shown while the conversation is being created, and sent then", async () => {
    let create = (): void => undefined;
    const creating = new Promise<void>((resolve) => {
      create = resolve;
    });
    answer([started, completed(2)]);
    const sent = sendFirst(async () => {
      await creating;
      controller.setCreated("c");
      return question;
    });
    await nextTask();
    expect(texts(controller.store.getState())).toEqual(["Hi", ""]);
    expect(openReply).not.toHaveBeenCalled();
    expect(localStorage.getItem("draft::new")).toBe("Hi");
    const { keys } = controller.store.getState();
    create();
    await sent;
    await vi.waitFor(() => expect(controller.store.getState().path).toEqual(["u1", "a1"]));
    expect(controller.store.getState().keys).toEqual(keys);
    expect(localStorage.getItem("draft::new")).toBeNull();
  });

  it("is removed again when the conversation cannot be created", async () => {
    const sent = sendFirst(() => Promise.reject(new ApiError({ status: 503, code: "unavailable" })));
    await expect(sent).rejects.toThrow(ApiError);
    expect(controller.store.getState().path).toEqual([]);
    // The composer still has its text.
    expect(localStorage.getItem("draft::new")).toBe("Hi");
  });

  it("is stopped as soon as its reply has an id, if that was requested before", async () => {
    const call = vi.spyOn(api, "POST").mockResolvedValue({} as never);
    const end = answerLater("1", completed(2));
    const sent = sendFirst(async () => {
      controller.setCreated("c");
      return question;
    });
    await nextTask();
    void controller.stop();
    await sent;
    await vi.waitFor(() => expect(call).toHaveBeenCalledWith("/chat/stop", { body: { message_id: "a1" } }));
    call.mockRestore();
    end();
  });
});

describe("two replies that run side by side", () => {
  it("are stopped together, and the first also when only it runs", async () => {
    const call = vi.spyOn(api, "POST").mockResolvedValue({} as never);
    const stopped = () => call.mock.calls.splice(0).map(([, options]) => options?.body);
    const status = (id: string) => controller.store.getState().messages.get(id)?.status;
    const endFirst = answerLater("1", completed(2));
    const endSecond = answerLater("2", completed(2));
    const first = controller.send(question, null, undefined, "m2");
    await vi.waitFor(() => expect(status("a2")).toBe("streaming"));
    await controller.stop();
    expect(stopped()).toEqual([{ message_id: "a1" }, { message_id: "a2" }]);
    endSecond();
    await vi.waitFor(() => expect(status("a2")).toBe("completed"));
    await controller.stop();
    expect(stopped()).toEqual([{ message_id: "a1" }]);
    endFirst();
    await first;
    await controller.stop();
    expect(stopped()).toEqual([]);
    call.mockRestore();
  });

  it("are stopped even if the second has no id yet, and another version is on the screen when it has", async () => {
    const call = vi.spyOn(api, "POST").mockResolvedValue({} as never);
    answer([started, completed(2)]);
    await controller.send(question, null);
    let start = (): void => undefined;
    const starting = new Promise<void>((resolve) => {
      start = resolve;
    });
    openReply.mockImplementationOnce(async function* () {
      await starting;
      yield [ofTurn("2", started), ofTurn("2", completed(2))];
    });
    const second = controller.regenerate("a1", { beside: true });
    await controller.stop();
    controller.selectBranch("a1");
    start();
    await second;
    expect(call.mock.calls).toEqual([["/chat/stop", { body: { message_id: "a2" } }]]);
    call.mockRestore();
  });
});

describe("the tools of a turn", () => {
  const file = {
    type: "file" as const,
    file: { id: "f1", name: "a.txt", media_type: "text/plain", pages: null, tokens: 3 },
  };
  const sentTools = () => {
    const request = openReply.mock.lastCall?.[0];
    return request && "body" in request && "tools" in request.body ? request.body.tools : undefined;
  };

  it("include those for files from the message that brings one", async () => {
    controller.setTools(["web_search"], false);
    answer([started, completed(2)]);
    await controller.send(question, null);
    expect(sentTools()).toEqual(["web_search"]);
    answer([ofTurn("2", started), ofTurn("2", completed(2))]);
    await controller.send([file, ...question], "a1");
    expect(sentTools()).toEqual(["web_search", "search_file", "read_file"]);
    answer([ofTurn("3", started), ofTurn("3", completed(2))]);
    await controller.regenerate("a2");
    expect(sentTools()).toEqual(["web_search", "search_file", "read_file"]);
  });

  it("include those for files in a project, which may have some", async () => {
    controller.setTools([], true);
    answer([started, completed(2)]);
    await controller.send(question, null);
    expect(sentTools()).toEqual(["search_file", "read_file"]);
  });
});
