// When to do what need not be done now.

const { port1: inbox, port2: outbox } = new MessageChannel();
const waiting: (() => void)[] = [];
inbox.onmessage = () => waiting.shift()?.();

/** Resolves in a task of its own, so that none is long. A timer of 0 ms would wait for some. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    outbox.postMessage(null);
  });
}

/** Does it once the page has nothing else to do. */
export function whenIdle(act: () => unknown): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(() => act());
  else setTimeout(act, 200);
}
