import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import type { ChatEvent } from "@/api/types";
import { nextTask } from "@/tasks";
import { completed, delta, started } from "@/testing/events";
import { ConversationController } from "./conversation-controller";
import { type ConversationState, textOf } from "./conversation-state";
import { openReply } from "./transport";

vi.mock("./transport", () => ({ openReply: vi.fn() }));

const question = [{ type: "text" as const, text: "Hi" }];

/** The next reply that is asked for gives these, as soon as it is asked for. */
function answer(...arrivals: (ChatEvent[] | Error)[]): void {
  vi.mocked(openReply).mockImplementationOnce(async function* () {
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
  vi.mocked(openReply).mockReset();
  controller = new ConversationController("c", {
    onActivity: () => undefined,
    onLeafSelected: () => undefined,
  });
  controller.markEmpty();
});

describe("a message that is sent", () => {
  it("is asked for first, and shown in a task of its own", async () => {
    vi.mocked(openReply).mockImplementationOnce(async function* () {
      await new Promise(() => undefined);
      yield [started];
    });
    void controller.send(question, null);
    expect(openReply).toHaveBeenCalledOnce();
    expect(texts(controller.store.getState())).toEqual([]);
    await nextTask();
    expect(texts(controller.store.getState())).toEqual(["Hi", ""]);
  });

  it("is there before anything of its reply is, however soon that comes", async () => {
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
    // Their elements stay.
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

  it("is sent again once, however often that is asked for before it shows", async () => {
    answer(new ApiError({ status: 422, code: "no_model" }));
    await controller.send(question, null);
    const [unsent = ""] = controller.store.getState().path;
    answer([started, delta(2, "你好")], [completed(3)]);
    await Promise.all([controller.resend(unsent), controller.resend(unsent)]);
    expect(openReply).toHaveBeenCalledTimes(2);
    expect(texts(controller.store.getState())).toEqual(["Hi", "你好"]);
  });
});
