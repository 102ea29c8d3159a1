import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { ChatEvent } from "@/api/types";
import { nextTask } from "@/tasks";
import { completed, delta, started } from "@/testing/events";
import { ConversationController } from "./conversation-controller";
import { type ConversationState, textOf } from "./conversation-state";
import { loadDraft, SendingText } from "./drafts";
import type { OpenReply } from "./reply-stream";

const openReply = vi.fn<OpenReply>();

const question = [{ type: "text" as const, text: "Hi" }];

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
