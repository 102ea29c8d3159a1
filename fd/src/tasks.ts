// Scheduling of work on the main thread, to avoid long tasks.

const { port1: inbox, port2: outbox } = new MessageChannel();
const waiting: (() => void)[] = [];
inbox.onmessage = () => waiting.shift()?.();

/** Resolves in a new task, which ends the current one. Browsers delay timers of 0 ms, so this is not one. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    outbox.postMessage(null);
  });
}

/** Calls `act` when the page is idle. */
export function whenIdle(act: () => unknown): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(() => act());
  else setTimeout(act, 200);
}
