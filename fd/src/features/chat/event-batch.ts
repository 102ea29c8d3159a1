// Events arrive faster than a screen shows them. Those of a moment are collected and applied together: at once after a
// silence, then once a frame, more rarely while frames are late, so that a fast model never makes the page slow.

/** A frame that took longer than this shows that the page is behind. */
const LATE_FRAME_MS = 50;
/** Between two batches while the page is behind. A frame that takes longer than this is followed by the next at once. */
const LATE_INTERVAL_MS = 66;
/** A hidden page gets no frames, but what it holds must not fall behind without limit. */
const HIDDEN_INTERVAL_MS = 250;

export interface EventBatch<T> {
  add(events: readonly T[]): void;
  /** Applies what is there, now. */
  flush(): void;
}

export function createEventBatch<T>(apply: (events: readonly T[]) => void): EventBatch<T> {
  let events: T[] = [];
  let scheduled = false;
  /** A frame is coming that will show what was applied. */
  let unshown = false;
  let nextAllowed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    scheduled = false;
    if (events.length === 0) return;
    const batch = events;
    events = [];
    const begun = performance.now();
    unshown = true;
    // Asked for first, so that the browser prepares the frame meanwhile. It tells what this batch cost the page.
    requestAnimationFrame(() => {
      unshown = false;
      const late = performance.now() - begun > LATE_FRAME_MS;
      nextAllowed = late ? begun + LATE_INTERVAL_MS : 0;
    });
    apply(batch);
  };

  const onFrame = () => {
    if (!scheduled) return;
    if (performance.now() < nextAllowed) requestAnimationFrame(onFrame);
    else flush();
  };

  return {
    add(arrived) {
      for (const event of arrived) events.push(event);
      if (scheduled) return;
      // Work that is done before its frame begins is a task of its own, and the frame's is shorter.
      if (!unshown && performance.now() >= nextAllowed) {
        flush();
        return;
      }
      scheduled = true;
      requestAnimationFrame(onFrame);
      timer = setTimeout(flush, HIDDEN_INTERVAL_MS);
    },
    flush,
  };
}
