import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AT_IT, type DrawRequest, READY } from "./messages";

const DRAWING = { svg: "<svg/>", width: 10, title: "" };

let drawDiagram: typeof import("./index").drawDiagram;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  ({ drawDiagram } = await import("./index"));
});

afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const frames = () => [...document.querySelectorAll("iframe")];

/** The window of the only frame, once it is there, and what it is sent from now on. */
async function openedFrame() {
  await vi.advanceTimersByTimeAsync(0);
  const [frame, ...others] = frames();
  expect(others).toEqual([]);
  const target = frame?.contentWindow as Window;
  const asked: string[] = [];
  vi.spyOn(target, "postMessage").mockImplementation((request: DrawRequest) => {
    asked.push(request.source);
  });
  return { target, asked };
}

async function say(source: Window, data: unknown) {
  window.dispatchEvent(new MessageEvent("message", { source, origin: "null", data }));
  await vi.advanceTimersByTimeAsync(0);
}

function draw(source: string, signal = new AbortController().signal) {
  const outcome = drawDiagram(source, false, signal);
  // Looked at when the test comes to it.
  outcome.catch(() => undefined);
  return outcome;
}

describe("drawing", () => {
  it("is done in one frame without an origin, one diagram after the other", async () => {
    const outcomes = [draw("A"), draw("B")];
    const { target, asked } = await openedFrame();
    expect(frames()[0]?.getAttribute("sandbox")).toBe("allow-scripts");
    expect(asked).toEqual([]);
    await say(target, READY);
    expect(asked).toEqual(["A"]);
    await say(target, { drawing: DRAWING });
    expect(asked).toEqual(["A", "B"]);
    await say(target, { drawing: null });
    expect(await Promise.all(outcomes)).toEqual([DRAWING, null]);
    expect(frames()).toHaveLength(1);
  });

  it("that says nothing is given up with its frame, and what waited is drawn in another", async () => {
    const slow = draw("slow");
    const waiting = draw("waiting");
    const first = await openedFrame();
    await say(first.target, READY);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(frames()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(slow).rejects.toThrow("does not answer");

    const second = await openedFrame();
    await say(second.target, READY);
    expect(first.asked).toEqual(["slow"]);
    expect(second.asked).toEqual(["waiting"]);
    await say(second.target, { drawing: DRAWING });
    expect(await waiting).toEqual(DRAWING);
  });

  it("that still loads is waited for longer, but not for ever", async () => {
    const outcome = draw("A");
    const { target } = await openedFrame();
    await vi.advanceTimersByTimeAsync(20_000);
    await say(target, READY);
    for (let second = 0; second < 29; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await say(target, AT_IT);
    }
    expect(frames()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(outcome).rejects.toThrow("does not answer");
    expect(frames()).toEqual([]);
  });

  it("is begun again with the next diagram where the frame could not be loaded", async () => {
    const failed = draw("A");
    await openedFrame();
    await vi.advanceTimersByTimeAsync(30_000);
    await expect(failed).rejects.toThrow("does not answer");
    expect(frames()).toEqual([]);
    draw("B");
    const { target, asked } = await openedFrame();
    await say(target, READY);
    expect(asked).toEqual(["B"]);
  });

  it("hears its frame alone, though others without an origin are called the same", async () => {
    const outcome = draw("A");
    const { target, asked } = await openedFrame();
    await say(window, READY);
    expect(asked).toEqual([]);
    await say(target, READY);
    await say(window, { drawing: { ...DRAWING, title: "of somebody else" } });
    await say(target, { drawing: DRAWING });
    expect(await outcome).toEqual(DRAWING);
  });

  it("is left out where it is not wanted any more", async () => {
    const wanted = new AbortController();
    draw("A");
    const unwanted = draw("B", wanted.signal);
    draw("C");
    const { target, asked } = await openedFrame();
    await say(target, READY);
    wanted.abort();
    await say(target, { drawing: DRAWING });
    await expect(unwanted).rejects.toThrow();
    expect(asked).toEqual(["A", "C"]);
  });
});
