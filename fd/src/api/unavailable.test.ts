import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fetchAvailable, waitingCalls } from "./unavailable";

const unavailable = (retryAfter: string | null = "2") =>
  new Response(JSON.stringify({ error: { code: "unavailable", message: "", request_id: "r" } }), {
    status: 503,
    headers: retryAfter === null ? {} : { "Retry-After": retryAfter },
  });
const ok = () => new Response("{}");

/** Answers in order, the last one for ever; records the bodies that were sent. */
function server(...answers: (() => Response)[]) {
  const bodies: string[] = [];
  const send = async (request: Request) => {
    bodies.push(await request.text());
    return (answers[Math.min(bodies.length, answers.length) - 1] as () => Response)();
  };
  return { bodies, send };
}

const post = (path: string, init: RequestInit = {}) =>
  new Request(`https://api.example.com/prod${path}`, { method: "POST", body: "{}", ...init });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("repeats a read after the time that the backend names, and counts it as waiting meanwhile", async () => {
  const { bodies, send } = server(unavailable, unavailable, ok);
  const call = fetchAvailable(new Request("https://api.example.com/prod/conversation"), send);
  await vi.advanceTimersByTimeAsync(1999);
  expect([bodies.length, waitingCalls.getState()]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(2001);
  expect((await call).status).toBe(200);
  expect([bodies.length, waitingCalls.getState()]).toEqual([3, 0]);
});

it.each([
  ["/conversation/update", {}, 2],
  ["/chat/send", { headers: { "Idempotency-Key": "k" } }, 2],
  ["/conversation/create", {}, 1],
  ["/user/register", {}, 1],
])("repeats a write only when that is safe: %s", async (path, init, attempts) => {
  const { bodies, send } = server(unavailable, ok);
  const call = fetchAvailable(post(path, init), send);
  await vi.advanceTimersByTimeAsync(60_000);
  expect((await call).status).toBe(attempts === 2 ? 200 : 503);
  expect(bodies).toEqual(Array.from({ length: attempts }, () => "{}"));
});

it("returns the error after a minute, and at once without Retry-After", async () => {
  const long = server(() => unavailable("30"));
  const call = fetchAvailable(new Request("https://api.example.com/chat"), long.send);
  await vi.advanceTimersByTimeAsync(61_000);
  expect((await call).status).toBe(503);
  expect(long.bodies).toHaveLength(7);

  const { bodies, send } = server(() => unavailable(null));
  expect((await fetchAvailable(new Request("https://api.example.com/chat"), send)).status).toBe(503);
  expect(bodies).toHaveLength(1);
});

it("ends with the call's signal", async () => {
  const { bodies, send } = server(unavailable);
  const abort = new AbortController();
  const call = fetchAvailable(new Request("https://api.example.com/chat", { signal: abort.signal }), send);
  const ended = expect(call).rejects.toThrow(/abort/i);
  await vi.advanceTimersByTimeAsync(500);
  abort.abort();
  await ended;
  expect([bodies.length, waitingCalls.getState()]).toEqual([1, 0]);
});
