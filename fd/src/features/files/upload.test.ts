// The wait for the end of a file's reading, where no socket reports it.
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { API_URL, session } from "@/api/client";
import { makeTokens } from "@/testing/tokens";
import { renderPages } from "./upload";

const READING = {
  id: "f1",
  name: "a.pdf",
  media_type: "application/pdf",
  size: 5,
  state: "reading",
  created_at: "2026-01-01T00:00:00Z",
};
let polls: number;
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  session.accept(makeTokens());
  polls = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  server.resetHandlers();
  session.end("logged-out");
});
afterAll(() => server.close());

/** The backend, which answers each poll with a state or with a failure. */
function answerPolls(answer: () => Response): void {
  server.use(
    http.post(`${API_URL}/file/page_images`, () => HttpResponse.json(READING, { status: 202 })),
    http.get(`${API_URL}/file/f1`, () => {
      polls += 1;
      return answer();
    }),
  );
}

/** Advances the clock, and waits for the answer to a poll that is then due. */
async function advance(ms: number, expected: number): Promise<void> {
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0), { interval: 5 });
  await vi.advanceTimersByTimeAsync(ms);
  await vi.waitFor(() => expect(polls).toBe(expected), { interval: 5 });
}

const reading = () => HttpResponse.json({ ...READING, download_url: "", text_url: null });

it("is polled at growing intervals, and no more after the end", async () => {
  let answer: () => Response = reading;
  answerPolls(() => answer());
  const rendered = renderPages("f1", new AbortController().signal);
  await advance(1000, 1);
  await advance(1000, 1);
  await advance(500, 2);
  answer = () => HttpResponse.json({ ...READING, state: "ready", download_url: "", text_url: null });
  await advance(2250, 3);
  expect((await rendered).state).toBe("ready");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(polls).toBe(3);
});

it("is polled rarely in a hidden page", async () => {
  vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  answerPolls(reading);
  const abort = new AbortController();
  const rendered = renderPages("f1", abort.signal).catch((error: unknown) => error);
  await advance(14_000, 0);
  await advance(1000, 1);
  await advance(14_000, 1);
  await advance(1000, 2);
  abort.abort();
  expect(await rendered).toMatchObject({ name: "AbortError" });
});

it("fails when the backend stays unreachable", async () => {
  answerPolls(() => HttpResponse.json({ error: { code: "internal_error", message: "" } }, { status: 503 }));
  let failure: unknown;
  void renderPages("f1", new AbortController().signal).catch((error: unknown) => {
    failure = error;
  });
  await vi.waitFor(
    async () => {
      await vi.advanceTimersByTimeAsync(4000);
      expect(failure).toMatchObject({ status: 503 });
    },
    { interval: 5 },
  );
});
