// Events arrive faster than a screen shows them. They are collected and applied once a frame, more rarely while
// frames are late, so that a fast model never makes the page slow.

/** A frame that took longer than this shows that the page is behind. */
const LATE_FRAME_MS = 50;
/** Between two batches while the page is behind. A frame that takes longer than this is followed by the next at once. */
const LATE_INTERVAL_MS = 66;
/** A hidden page gets no frames, but what it holds must not fall behind without limit. */
const HIDDEN_INTERVAL_MS = 250;

export interface EventBatch<T> {
  add(event: T): void;
  /** Applies what is there, now. */
  flush(): void;
}

export function createEventBatch<T>(apply: (events: readonly T[]) => void): EventBatch<T> {
  let events: T[] = [];
  let scheduled = false;
  let nextAllowed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    scheduled = false;
    if (events.length === 0) return;
    const batch = events;
    events = [];
    const applied = performance.now();
    apply(batch);
    // The time until the next frame is what this batch cost the page.
    requestAnimationFrame(() => {
      const late = performance.now() - applied > LATE_FRAME_MS;
      nextAllowed = late ? applied + LATE_INTERVAL_MS : 0;
    });
  };

  const onFrame = () => {
    if (!scheduled) return;
    if (performance.now() < nextAllowed) requestAnimationFrame(onFrame);
    else flush();
  };

  return {
    add(event) {
      events.push(event);
      if (scheduled) return;
      scheduled = true;
      requestAnimationFrame(onFrame);
      timer = setTimeout(flush, HIDDEN_INTERVAL_MS);
    },
    flush,
  };
}
