import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createEventBatch } from "./event-batch";

/** Frames come when a test says so, at the time it says. */
let frames: FrameRequestCallback[] = [];
let now = 0;

function frame(at: number): void {
  now = at;
  for (const callback of frames.splice(0)) callback(at);
}

/** Until what was put behind the running task has run. */
const tasks = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

function batchOf(): { add: (event: string) => void; flush: () => void; applied: string[] } {
  const applied: string[] = [];
  const batch = createEventBatch<string>((events) => applied.push(events.join("")));
  return { ...batch, applied };
}

beforeEach(() => {
  frames = [];
  now = 1000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  vi.stubGlobal("requestAnimationFrame", (callback: FrameRequestCallback) => frames.push(callback));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("events that arrive", () => {
  it("are applied after a silence without waiting for a frame, all of the moment together", async () => {
    const { add, applied } = batchOf();
    add("a");
    await Promise.resolve();
    add("b");
    expect(applied).toEqual([]);
    await tasks();
    expect(applied).toEqual(["ab"]);
  });

  it("are applied once a frame while they come without a pause", async () => {
    const { add, applied } = batchOf();
    add("a");
    await tasks();
    add("b");
    add("c");
    await tasks();
    expect(applied).toEqual(["a"]);
    frame(1016);
    expect(applied).toEqual(["a", "bc"]);
    add("d");
    await tasks();
    expect(applied).toEqual(["a", "bc"]);
    frame(1032);
    expect(applied).toEqual(["a", "bc", "d"]);
  });

  it("wait a little longer behind a frame that was late", async () => {
    const { add, applied } = batchOf();
    add("a");
    await tasks();
    frame(1060);
    add("b");
    await tasks();
    frame(1062);
    expect(applied).toEqual(["a"]);
    frame(1066);
    expect(applied).toEqual(["a", "b"]);
  });

  it("are applied in a page that gets no frames", async () => {
    const { add, applied } = batchOf();
    add("a");
    await tasks();
    add("b");
    await vi.waitFor(() => expect(applied).toEqual(["a", "b"]));
  });

  it("are applied at once when that is asked for, and only once", async () => {
    const { add, flush, applied } = batchOf();
    add("a");
    flush();
    expect(applied).toEqual(["a"]);
    add("b");
    await tasks();
    expect(applied).toEqual(["a"]);
    frame(1016);
    expect(applied).toEqual(["a", "b"]);
    frame(1032);
    expect(applied).toEqual(["a", "b"]);
  });
});
