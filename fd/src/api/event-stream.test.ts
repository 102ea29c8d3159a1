import { describe, expect, it } from "vitest";
import { readEventStream } from "./event-stream";
import type { EventStream } from "./events";
import type { ChatEvent } from "./types";

const encoder = new TextEncoder();

function bodyOf(chunks: readonly Uint8Array[], end: "close" | "error" | "silence" = "close") {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      if (end === "close") controller.close();
      if (end === "error") controller.error(new TypeError("connection reset"));
    },
    cancel() {
      cancelled = true;
    },
  });
  return { body, wasCancelled: () => cancelled };
}

async function collect(stream: EventStream): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const arrived of stream) events.push(...arrived);
  return events;
}

const STARTED = `event: started\nid: 1\ndata: {"type":"started","seq":1,"conversation_id":"c","user_message_id":"u","assistant_message_id":"a"}\n\n`;
const DELTA = `event: delta\nid: 2\ndata: {"type":"delta","seq":2,"message_id":"a","text":"你好 👋"}\n\n`;
const COMPLETED = `event: completed\nid: 3\ndata: {"type":"completed","seq":3,"user_message_id":"u","assistant_message_id":"a","status":"completed","finish_reason":"stop","usage":null}\n\n`;

describe("reading an event stream", () => {
  it("yields the same events for any chunking of the bytes, even within a character", async () => {
    const bytes = encoder.encode(`: hello\n\n${STARTED}${DELTA}${COMPLETED}`);
    for (const size of [1, 2, 3, 7, 64, bytes.length]) {
      const chunks: Uint8Array[] = [];
      for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.slice(start, start + size));
      const events = await collect(readEventStream(bodyOf(chunks).body));
      expect(events.map((event) => event.type)).toEqual(["started", "delta", "completed"]);
      expect(events[1]).toMatchObject({ text: "你好 👋" });
    }
  });

  it("yields a notice, which has no sequence number, and no other event without one", async () => {
    const notice = `data: {"type":"notice","message_id":"a","kind":"provider_wait","seconds":8,"status":429}\n\n`;
    const broken = `data: {"type":"delta","message_id":"a","text":"lost"}\n\n`;
    const { body } = bodyOf([encoder.encode(STARTED + notice + broken + DELTA + COMPLETED)]);
    const events = await collect(readEventStream(body));
    expect(events.map(({ type }) => type)).toEqual(["started", "notice", "delta", "completed"]);
  });

  it("yields events together that arrive together", async () => {
    const chunks = [STARTED + DELTA, COMPLETED].map((text) => encoder.encode(text));
    const arrivals: string[][] = [];
    for await (const events of readEventStream(bodyOf(chunks).body))
      arrivals.push(events.map((event) => event.type));
    expect(arrivals).toEqual([["started", "delta"], ["completed"]]);
  });

  it("ends at the final event and frees the connection", async () => {
    const { body, wasCancelled } = bodyOf([encoder.encode(STARTED + COMPLETED)], "silence");
    expect(await collect(readEventStream(body))).toHaveLength(2);
    expect(wasCancelled()).toBe(true);
  });

  it("frees the connection when the reader stops early", async () => {
    const { body, wasCancelled } = bodyOf([encoder.encode(STARTED + DELTA)], "silence");
    for await (const _events of readEventStream(body)) break;
    expect(wasCancelled()).toBe(true);
  });

  it.each(["close", "error"] as const)("throws when a stream ends too early by %s", async (end) => {
    const stream = readEventStream(bodyOf([encoder.encode(STARTED)], end).body);
    await expect(collect(stream)).rejects.toMatchObject({ code: "network" });
  });

  it("throws on an idle timeout", async () => {
    const stream = readEventStream(bodyOf([encoder.encode(STARTED)], "silence").body, 20);
    await expect(collect(stream)).rejects.toMatchObject({ code: "network" });
  });

  it("skips unknown events", async () => {
    const unknown = `event: mood\ndata: {"type":"mood","seq":2}\n\n`;
    const events = await collect(
      readEventStream(bodyOf([encoder.encode(STARTED + unknown + COMPLETED)]).body),
    );
    expect(events.map((event) => event.type)).toEqual(["started", "completed"]);
  });
});
