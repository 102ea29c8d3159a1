import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createEventBatch } from "./event-batch";

/** Frames come when a test says so, at the time it says. */
let frames: FrameRequestCallback[] = [];
let now = 0;

function frame(at: number): void {
  now = at;
  for (const callback of frames.splice(0)) callback(at);
}

function batchOf(): { add: (...events: string[]) => void; flush: () => void; applied: string[] } {
  const applied: string[] = [];
  const batch = createEventBatch<string>((events) => applied.push(events.join("")));
  return { add: (...events) => batch.add(events), flush: batch.flush, applied };
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
  it("are applied after a silence without waiting for a frame, all that came together", () => {
    const { add, applied } = batchOf();
    add("a", "b");
    expect(applied).toEqual(["ab"]);
  });

  it("are applied once a frame while they come without a pause", () => {
    const { add, applied } = batchOf();
    add("a");
    add("b");
    add("c");
    expect(applied).toEqual(["a"]);
    frame(1016);
    expect(applied).toEqual(["a", "bc"]);
    add("d");
    expect(applied).toEqual(["a", "bc"]);
    frame(1032);
    expect(applied).toEqual(["a", "bc", "d"]);
  });

  it("are applied after a silence again", () => {
    const { add, applied } = batchOf();
    add("a");
    frame(1016);
    frame(1032);
    add("b");
    expect(applied).toEqual(["a", "b"]);
  });

  it("wait a little longer behind a frame that was late", () => {
    const { add, applied } = batchOf();
    add("a");
    frame(1060);
    add("b");
    frame(1062);
    expect(applied).toEqual(["a"]);
    frame(1066);
    expect(applied).toEqual(["a", "b"]);
  });

  it("are applied in a page that gets no frames", async () => {
    const { add, applied } = batchOf();
    add("a");
    add("b");
    await vi.waitFor(() => expect(applied).toEqual(["a", "b"]));
  });

  it("are applied at once when that is asked for, and only once", () => {
    const { add, flush, applied } = batchOf();
    add("a");
    add("b");
    flush();
    expect(applied).toEqual(["a", "b"]);
    add("c");
    expect(applied).toEqual(["a", "b"]);
    frame(1016);
    expect(applied).toEqual(["a", "b", "c"]);
    frame(1032);
    expect(applied).toEqual(["a", "b", "c"]);
  });
});
