// Calls that stream a reply over HTTP: their requests and responses.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { completed, delta, started } from "@/testing/events";
import { makeTokens } from "@/testing/tokens";
import { API_URL, api, openEventStream, session } from "./client";
import type { ReplyRequest } from "./replies";
import type { ChatEvent } from "./types";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => session.accept(makeTokens()));
afterEach(() => {
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

interface Received {
  method: string;
  path: string;
  body: unknown;
  key: string | null;
  accept: string | null;
}

/** Answers every call with a reply of three events, and records the requests. */
function answer(): Received[] {
  const received: Received[] = [];
  server.use(
    http.all(`${API_URL}/chat/*`, async ({ request }) => {
      const { headers, method } = request;
      const { pathname, search } = new URL(request.url);
      received.push({
        method,
        path: `${pathname}${search}`.replace("/api", ""),
        body: method === "POST" ? await request.json() : null,
        key: headers.get("Idempotency-Key"),
        accept: headers.get("Accept"),
      });
      const stream = [started, delta(2, "Hi"), completed(3)].map(
        (event) => `data: ${JSON.stringify(event)}\n\n`,
      );
      return new HttpResponse(stream.join(""), { headers: { "Content-Type": "text/event-stream" } });
    }),
  );
  return received;
}

async function eventsOf(request: ReplyRequest): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const arrived of openEventStream(request, new AbortController().signal)) events.push(...arrived);
  return events;
}

describe("the calls that stream a reply", () => {
  it.each<[ReplyRequest, Omit<Received, "accept">]>([
    [
      { type: "send", body: { conversation_id: "c", message: "Hi", parent_id: null }, idempotencyKey: "key" },
      {
        method: "POST",
        path: "/chat/send",
        body: { conversation_id: "c", message: "Hi", parent_id: null },
        key: "key",
      },
    ],
    [
      { type: "regenerate", body: { message_id: "a1" }, idempotencyKey: "key" },
      { method: "POST", path: "/chat/regenerate", body: { message_id: "a1" }, key: "key" },
    ],
    [
      { type: "continue", body: { message_id: "a1" } },
      { method: "POST", path: "/chat/continue", body: { message_id: "a1" }, key: null },
    ],
    [
      { type: "resume", messageId: "a1", after: 7 },
      { method: "GET", path: "/chat/resume/a1?after=7", body: null, key: null },
    ],
  ])("send their request and give its events: $type", async (request, expected) => {
    const received = answer();
    expect((await eventsOf(request)).map(({ type }) => type)).toEqual(["started", "delta", "completed"]);
    expect(received).toEqual([{ ...expected, accept: "text/event-stream" }]);
  });

  it("throw the error of a call that is refused", async () => {
    const error = { code: "not_continuable", message: "no", request_id: "r" };
    server.use(http.post(`${API_URL}/chat/continue`, () => HttpResponse.json({ error }, { status: 409 })));
    const refused = eventsOf({ type: "continue", body: { message_id: "a1" } });
    await expect(refused).rejects.toMatchObject({ status: 409, code: "not_continuable", requestId: "r" });
  });

  it("have a limit of their own", async () => {
    const refuse = () =>
      HttpResponse.json(
        { error: { code: "rate_limited", message: "no", request_id: "r" } },
        { status: 429, headers: { "Retry-After": "7200" } },
      );
    server.use(
      http.post(`${API_URL}/chat/regenerate`, refuse),
      http.post(`${API_URL}/conversation/create`, refuse),
    );
    const refused = eventsOf({ type: "regenerate", body: { message_id: "a1" }, idempotencyKey: "key" });
    await expect(refused).rejects.toMatchObject({ retryAfter: 7200, reason: "reply_rate_limited" });
    await expect(api.POST("/conversation/create", { body: {} })).rejects.toMatchObject({
      retryAfter: 7200,
      reason: null,
    });
  });
});
