import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ChatSocket, type LiveListener } from "./chat-socket";
import type { ChatEvent, SequencedEvent, ServerFrame } from "./types";

/** The server side of a connection, controlled by the test. */
class FakeWebSocket {
  readyState: number = WebSocket.CONNECTING;
  sent: Record<string, unknown>[] = [];
  answersPings = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {}

  send(data: string) {
    const frame = JSON.parse(data) as Record<string, unknown>;
    this.sent.push(frame);
    if (frame.type === "ping" && this.answersPings) this.sendToClient({ type: "pong" });
  }

  close() {
    this.readyState = WebSocket.CLOSED;
  }

  accept() {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  sendToClient(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  break(code = 1006) {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code });
  }
}

const started: SequencedEvent = {
  type: "started",
  seq: 1,
  conversation_id: "c",
  user_message_id: "u",
  assistant_message_id: "a",
  model: null,
};
const delta = (seq: number): SequencedEvent => ({ type: "delta", seq, message_id: "a", text: `${seq}` });
const completed: SequencedEvent = {
  type: "completed",
  seq: 3,
  user_message_id: "u",
  assistant_message_id: "a",
  status: "completed",
  finish_reason: "stop",
  usage: null,
};

let connections: FakeWebSocket[];
let socket: ChatSocket;
let told: (ChatEvent | string)[];
/** The rejected token that each request for an access token named. */
let rejected: (string | null)[];

const listener: LiveListener = {
  onEvent: (event) => told.push(event),
  onPing: () => undefined,
  onDown: () => told.push("down"),
  onConnected: (again) => told.push(again ? "again" : "connected"),
};

const last = () => connections.at(-1) as FakeWebSocket;

beforeEach(async () => {
  vi.useFakeTimers();
  connections = [];
  told = [];
  rejected = [];
  socket = new ChatSocket({
    url: "ws://gateway.test/",
    accessToken: (token) => {
      rejected.push(token);
      return Promise.resolve(`token-${rejected.length}`);
    },
    connect: (url) => {
      connections.push(new FakeWebSocket(url));
      return last() as unknown as WebSocket;
    },
  });
  socket.start(listener);
  await vi.advanceTimersByTimeAsync(0);
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

/** Reads a request's events; `ended`: its error, or null. */
function read(request: Parameters<ChatSocket["request"]>[0]) {
  const result = { events: [] as ChatEvent[], ended: undefined as unknown };
  void (async () => {
    try {
      for await (const events of socket.request(request, new AbortController().signal))
        result.events.push(...events);
      result.ended = null;
    } catch (error) {
      result.ended = error;
    }
  })();
  return result;
}

const send = {
  type: "send",
  body: { conversation_id: "c", message: "Hi" },
  idempotencyKey: "key-1",
} as const;

describe("the socket", () => {
  it("sends the token in the URL and the idempotency key as the request id", async () => {
    expect(last().url).toBe("ws://gateway.test/?token=token-1");
    last().accept();
    const reply = read(send);
    await vi.advanceTimersByTimeAsync(0);
    expect(last().sent).toEqual([{ type: "send", conversation_id: "c", message: "Hi", request_id: "key-1" }]);
    for (const event of [started, delta(2), completed])
      last().sendToClient({ ...event, request_id: "key-1" });
    await vi.advanceTimersByTimeAsync(0);
    expect(reply.events.map((event) => "seq" in event && event.seq)).toEqual([1, 2, 3]);
    expect(reply.ended).toBeNull();
    expect(told).toEqual(["connected"]);
  });

  it("passes live events of other devices to the listener", () => {
    last().accept();
    last().sendToClient(started);
    last().sendToClient({ ...started, request_id: "given-up" });
    expect(told).toEqual(["connected", started]);
  });

  it("passes files whose reading has ended to their listeners", () => {
    const file = {
      id: "f",
      name: "a.txt",
      media_type: "text/plain",
      size: 1,
      state: "ready",
      created_at: "2026-01-01T00:00:00Z",
    } as const;
    const received: unknown[] = [];
    const unsubscribe = socket.onFile((ended) => received.push(ended));
    last().accept();
    last().sendToClient({ type: "file", file });
    unsubscribe();
    last().sendToClient({ type: "file", file });
    expect(received).toEqual([file]);
  });

  /** The error of a request that is answered with an error frame. */
  async function refused(code: string, rest: { retry_after?: number } = {}): Promise<unknown> {
    last().accept();
    const reply = read(send);
    await vi.advanceTimersByTimeAsync(0);
    const error = { code, message: "none", request_id: "r" };
    last().sendToClient({ type: "error", request_id: "key-1", error, ...rest });
    await vi.advanceTimersByTimeAsync(0);
    return reply.ended;
  }

  it("turns an error frame into the error of its request", async () => {
    expect(await refused("no_model")).toMatchObject({ code: "no_model", requestId: "r", transient: false });
  });

  it.each([
    { code: "rate_limited", transient: false, reason: "reply_rate_limited" },
    { code: "unavailable", transient: true, reason: null },
  ])("tells when a request refused with $code may be repeated", async ({ code, transient, reason }) => {
    const error = await refused(code, { retry_after: 7200 });
    expect(error).toMatchObject({ code, transient, reason, retryAfter: 7200 });
  });

  it("fails running requests when the connection breaks, and reconnects", async () => {
    last().accept();
    const reply = read(send);
    await vi.advanceTimersByTimeAsync(0);
    last().break();
    await vi.advanceTimersByTimeAsync(0);
    expect(reply.ended).toMatchObject({ code: "network", transient: true });
    await vi.advanceTimersByTimeAsync(1000);
    expect(connections).toHaveLength(2);
    last().accept();
    expect(told).toEqual(["connected", "down", "again"]);
  });

  it("reconnects with exponential backoff", async () => {
    last().break();
    await vi.advanceTimersByTimeAsync(1000);
    expect(connections).toHaveLength(2);
    last().break();
    await vi.advanceTimersByTimeAsync(1000);
    expect(connections).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2500);
    expect(connections).toHaveLength(3);
  });

  it("renews its token when the login of the connection has ended", async () => {
    last().accept();
    last().break(4401);
    await vi.advanceTimersByTimeAsync(1000);
    expect(rejected).toEqual([null, "token-1"]);
    expect(last().url).toContain("token=token-2");
    last().accept();
    expect(told).toEqual(["connected", "down", "again"]);
  });

  it("keeps its token when an open connection breaks", async () => {
    last().accept();
    last().break();
    await vi.advanceTimersByTimeAsync(1000);
    expect(rejected).toEqual([null, null]);
  });

  it("renews its token once when handshakes are refused, and again after it was connected", async () => {
    for (let refusals = 0; refusals < 4; refusals += 1) {
      last().break();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(rejected).toEqual([null, "token-1", null, null, null]);
    last().accept();
    last().break();
    await vi.advanceTimersByTimeAsync(1000);
    last().break();
    await vi.advanceTimersByTimeAsync(5000);
    expect(rejected.slice(5)).toEqual([null, "token-6"]);
  });

  it("replaces a connection that does not answer a ping", async () => {
    last().accept();
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(connections[0]?.sent).toContainEqual({ type: "ping" });
    expect(connections.length).toBeGreaterThan(1);
  });

  it("keeps a connection that answers", async () => {
    last().accept();
    last().answersPings = true;
    await vi.advanceTimersByTimeAsync(12 * 60_000);
    expect(last().sent.length).toBeGreaterThan(1);
    expect(connections.length).toBe(1);
  });
});
