/** Does what can wait once the page has nothing else to do. */
export function whenIdle(act: () => unknown): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(() => act());
  else setTimeout(act, 200);
}
