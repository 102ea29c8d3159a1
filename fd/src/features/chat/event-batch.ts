// Event batching: events that arrive faster than the screen shows them are applied together, immediately after a pause,
// then once per frame, and less often while frames are late, so that a fast model never makes the page slow.

/** A frame longer than this, in ms, means that the page is late. */
const LATE_FRAME_MS = 50;
/** Interval between batches while the page is late, in ms. A longer frame is followed by the next batch immediately. */
const LATE_INTERVAL_MS = 66;
/** Interval for hidden pages, which get no frames, in ms: their backlog must be limited. */
const HIDDEN_INTERVAL_MS = 250;

export interface EventBatch<T> {
  add(events: readonly T[]): void;
  /** Applies the pending events immediately. */
  flush(): void;
}

export function createEventBatch<T>(apply: (events: readonly T[]) => void): EventBatch<T> {
  let events: T[] = [];
  let scheduled = false;
  /** A frame is requested that will show the applied events. */
  let unshown = false;
  let nextAllowed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    clearTimeout(timer);
    scheduled = false;
    if (events.length === 0) return;
    const batch = events;
    events = [];
    const started = performance.now();
    unshown = true;
    // Requested first, so that the browser prepares the frame meanwhile. Its time shows the cost of this batch.
    requestAnimationFrame(() => {
      unshown = false;
      const late = performance.now() - started > LATE_FRAME_MS;
      nextAllowed = late ? started + LATE_INTERVAL_MS : 0;
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
      // Work before the frame is a separate task, which shortens the frame's task.
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
