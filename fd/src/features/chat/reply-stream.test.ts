import { describe, expect, it } from "vitest";
import { ApiError, networkError } from "@/api/errors";
import type { ReplyRequest } from "@/api/replies";
import type { ChatEvent } from "@/api/types";
import { followReply } from "./reply-stream";

const started: ChatEvent = {
  type: "started",
  seq: 1,
  conversation_id: "c",
  user_message_id: "u",
  assistant_message_id: "a",
  model: null,
};
const delta = (seq: number): ChatEvent => ({ type: "delta", seq, message_id: "a", text: `${seq} ` });
const completed: ChatEvent = {
  type: "completed",
  seq: 5,
  user_message_id: "u",
  assistant_message_id: "a",
  status: "completed",
  finish_reason: "stop",
  usage: null,
};
const send: ReplyRequest = {
  type: "send",
  body: { conversation_id: "c", message: "Hi" },
  idempotencyKey: "key",
};

/** Each connection yields its events, some of them together, and then throws its error, if any. */
async function follow(
  connections: readonly (readonly (ChatEvent | ChatEvent[] | Error)[])[],
  request = send,
) {
  const requests: ReplyRequest[] = [];
  const arrivals: number[][] = [];
  const reconnecting: boolean[] = [];
  const result = followReply(
    request,
    {
      onEvents: (events) =>
        arrivals.push(events.map((event) => (event.type === "notice" ? event.seconds : event.seq))),
      onReconnecting: (value) => reconnecting.push(value),
    },
    new AbortController().signal,
    {
      wait: () => Promise.resolve(),
      async *open(current) {
        const connection = connections[requests.length] ?? [networkError("no more connections")];
        requests.push(current);
        for (const step of connection) {
          if (step instanceof Error) throw step;
          yield Array.isArray(step) ? step : [step];
        }
      },
    },
  );
  const error = await result.then(
    () => null,
    (caught: unknown) => caught,
  );
  return { error, requests, arrivals, seen: arrivals.flat(), reconnecting };
}

describe("following a reply", () => {
  it("resumes after the last event when the connection breaks", async () => {
    const { error, requests, seen, reconnecting } = await follow([
      [started, delta(2), delta(3), networkError("reset")],
      [networkError("still away")],
      [delta(4), completed],
    ]);
    expect(error).toBeNull();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    const resume = { type: "resume", messageId: "a", after: 3 };
    expect(requests.slice(1)).toEqual([resume, resume]);
    expect(reconnecting).toEqual([true, true, false]);
  });

  it("resumes after the last of the events that a WebSocket joined", async () => {
    const { requests, seen } = await follow([[started, delta(4), networkError("reset")], [completed]]);
    expect(seen).toEqual([1, 4, 5]);
    expect(requests[1]).toEqual({ type: "resume", messageId: "a", after: 4 });
  });

  it("passes on events in the groups in which they arrive, without repeated ones", async () => {
    const { arrivals } = await follow([
      [[started, delta(2)], networkError("reset")],
      [[started, delta(2), delta(3)], completed],
    ]);
    expect(arrivals).toEqual([[1, 2], [3], [5]]);
  });

  it("drops what a resumed stream repeats", async () => {
    const { seen } = await follow([
      [started, delta(2), networkError("reset")],
      [started, delta(2), delta(3), delta(4), completed],
    ]);
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("passes on a notice, which has no sequence number", async () => {
    const notice: ChatEvent = {
      type: "notice",
      message_id: "a",
      kind: "provider_wait",
      seconds: 77,
      status: 429,
    };
    const { requests, seen } = await follow([
      [started, notice, networkError("reset")],
      [delta(2), completed],
    ]);
    expect(seen).toEqual([1, 77, 2, 5]);
    expect(requests[1]).toEqual({ type: "resume", messageId: "a", after: 1 });
  });

  it("repeats a request that never started, with the same key", async () => {
    const { requests, seen } = await follow([[networkError("refused")], [started, completed]]);
    expect(requests).toEqual([send, send]);
    expect(seen).toEqual([1, 5]);
  });

  it("does not repeat a request without a key", async () => {
    const { error, requests } = await follow([[networkError("refused")]], {
      type: "continue",
      body: { message_id: "a" },
    });
    expect(error).toMatchObject({ code: "network" });
    expect(requests).toHaveLength(1);
  });

  it("does not repeat what the backend refused", async () => {
    const { error, requests } = await follow([[new ApiError({ status: 422, code: "no_model" })]]);
    expect(error).toMatchObject({ code: "no_model" });
    expect(requests).toHaveLength(1);
  });

  it("stops retrying an unreachable backend", async () => {
    const { error, requests } = await follow([]);
    expect(error).toMatchObject({ code: "network" });
    expect(requests.length).toBeGreaterThan(1);
  });
});
