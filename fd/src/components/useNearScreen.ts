// Leaves out of the document what is far from the screen, with its height kept free.
import { createContext, type RefObject, use, useEffect, useState } from "react";

/** What scrolls around what is shown; without one, the page itself. */
export const ScrollerContext = createContext<RefObject<HTMLElement | null> | null>(null);

/** Height above and below the screen, in px, in which things are shown as well. */
const MARGIN = 400;

/**
 * The height, in px, that an element is to have while its content is left out; null while it is shown. What is
 * `pinned` is always shown. `estimate` is the probable height of what begins far away.
 */
export function useNearScreen(
  element: RefObject<HTMLElement | null>,
  pinned: boolean,
  estimate: () => number,
): number | null {
  const scroller = use(ScrollerContext);
  const [space, setSpace] = useState(() => (pinned ? null : estimate()));
  useEffect(() => {
    const target = element.current;
    if (pinned || !target) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1);
        if (!last) return;
        const shown = last.isIntersecting || isInUse(target);
        setSpace(shown ? null : last.boundingClientRect.height);
      },
      { root: scroller?.current ?? null, rootMargin: `${MARGIN}px 0px` },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, pinned, scroller]);
  return pinned ? null : space;
}

/** With the focus inside, or selected to be copied. */
function isInUse(element: HTMLElement): boolean {
  const selection = document.getSelection();
  return (
    element.matches(":focus-within") ||
    (selection !== null && !selection.isCollapsed && selection.containsNode(element, true))
  );
}
