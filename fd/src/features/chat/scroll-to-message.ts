// Scrolling to a message of the shown branch, which may be neither loaded nor in the document.

/** How long to wait for a message to be loaded, in ms. */
const TIMEOUT_MS = 15_000;

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * Scrolls until the message with `key` is on the screen and loaded, and resolves to its element; null if it could not be
 * loaded, or the scrolling was aborted. `keys`: returns those of the shown branch.
 */
export async function scrollToMessage(
  keys: () => readonly string[],
  key: string,
  signal: AbortSignal,
): Promise<HTMLElement | null> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (let arrived = false; performance.now() < deadline && !signal.aborted; await nextFrame()) {
    const list = document.querySelector<HTMLElement>('[role="feed"]');
    const scroller = list?.closest("section");
    if (!list || !scroller) return null;
    const message = [...list.querySelectorAll<HTMLElement>("[data-key]")].find(
      ({ dataset }) => dataset.key === key,
    );
    if (!message) {
      scroller.scrollTop += offsetOfMissing(list, keys(), key) - scroller.clientHeight / 2;
      continue;
    }
    if (!arrived) message.scrollIntoView({ block: "nearest" });
    arrived = true;
    if (message.dataset.status !== "unloaded") return message;
  }
  return null;
}

/**
 * The probable distance of a message, which is in one of the list's empty spaces, from the top of the screen, in px: its
 * position in the space is that among the messages of the space.
 */
function offsetOfMissing(list: HTMLElement, keys: readonly string[], key: string): number {
  const index = keys.indexOf(key);
  let before = -1;
  let bottom = list.getBoundingClientRect().top;
  for (const row of list.querySelectorAll<HTMLElement>("[data-key]")) {
    const rowIndex = keys.indexOf(row.dataset.key ?? "");
    const { top, bottom: rowBottom } = row.getBoundingClientRect();
    if (rowIndex > index) return bottom + ((top - bottom) * (index - before)) / (rowIndex - before);
    before = rowIndex;
    bottom = rowBottom;
  }
  const end = list.getBoundingClientRect().bottom;
  return bottom + ((end - bottom) * (index - before)) / (keys.length - before);
}
