import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DrawRequest, HEARTBEAT, READY } from "./messages";

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

/** The window of the only frame, once it is loaded, and the requests that it receives from then on. */
async function openedFrame() {
  await vi.advanceTimersByTimeAsync(0);
  const [frame, ...others] = frames();
  expect(others).toEqual([]);
  const target = frame?.contentWindow as Window;
  const requests: string[] = [];
  vi.spyOn(target, "postMessage").mockImplementation((request: DrawRequest) => {
    requests.push(request.source);
  });
  return { target, requests };
}

async function post(source: Window, data: unknown) {
  window.dispatchEvent(new MessageEvent("message", { source, origin: "null", data }));
  await vi.advanceTimersByTimeAsync(0);
}

function draw(source: string, signal = new AbortController().signal) {
  const outcome = drawDiagram(source, false, signal);
  // The test awaits it later.
  outcome.catch(() => undefined);
  return outcome;
}

describe("drawing", () => {
  it("is done in one frame without an origin, one diagram after the other", async () => {
    const outcomes = [draw("A"), draw("B")];
    const { target, requests } = await openedFrame();
    expect(frames()[0]?.getAttribute("sandbox")).toBe("allow-scripts");
    expect(requests).toEqual([]);
    await post(target, READY);
    expect(requests).toEqual(["A"]);
    await post(target, { drawing: DRAWING });
    expect(requests).toEqual(["A", "B"]);
    await post(target, { drawing: null });
    expect(await Promise.all(outcomes)).toEqual([DRAWING, null]);
    expect(frames()).toHaveLength(1);
  });

  it("that says nothing is given up with its frame, and what waited is drawn in another", async () => {
    const slow = draw("slow");
    const waiting = draw("waiting");
    const first = await openedFrame();
    await post(first.target, READY);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(frames()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(slow).rejects.toThrow("does not answer");

    const second = await openedFrame();
    await post(second.target, READY);
    expect(first.requests).toEqual(["slow"]);
    expect(second.requests).toEqual(["waiting"]);
    await post(second.target, { drawing: DRAWING });
    expect(await waiting).toEqual(DRAWING);
  });

  it("that still loads is waited for longer, but not for ever", async () => {
    const outcome = draw("A");
    const { target } = await openedFrame();
    await vi.advanceTimersByTimeAsync(20_000);
    await post(target, READY);
    for (let second = 0; second < 29; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await post(target, HEARTBEAT);
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
    const { target, requests } = await openedFrame();
    await post(target, READY);
    expect(requests).toEqual(["B"]);
  });

  it("hears its frame alone, though others without an origin are called the same", async () => {
    const outcome = draw("A");
    const { target, requests } = await openedFrame();
    await post(window, READY);
    expect(requests).toEqual([]);
    await post(target, READY);
    await post(window, { drawing: { ...DRAWING, title: "of somebody else" } });
    await post(target, { drawing: DRAWING });
    expect(await outcome).toEqual(DRAWING);
  });

  it("is left out where it is not wanted any more", async () => {
    const wanted = new AbortController();
    draw("A");
    const unwanted = draw("B", wanted.signal);
    draw("C");
    const { target, requests } = await openedFrame();
    await post(target, READY);
    wanted.abort();
    await post(target, { drawing: DRAWING });
    await expect(unwanted).rejects.toThrow();
    expect(requests).toEqual(["A", "C"]);
  });
});
