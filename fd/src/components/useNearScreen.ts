// Virtualization of parts of a page: content far from the screen is replaced with empty space of its height.
import { createContext, type RefObject, use, useEffect, useState } from "react";

/** The scroll container; by default the page. */
export const ScrollerContext = createContext<RefObject<HTMLElement | null> | null>(null);

/** Overscan: height above and below the screen, in px, whose content is also rendered. */
const MARGIN = 400;

/**
 * The placeholder height of an element, in px, while its content is not rendered; null while it is. `pinned` content is
 * always rendered. `estimate` is the height of content that has not been rendered yet.
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

/** Whether the element contains the focus or a part of the selection. */
function isInUse(element: HTMLElement): boolean {
  const selection = document.getSelection();
  return (
    element.matches(":focus-within") ||
    (selection !== null && !selection.isCollapsed && selection.containsNode(element, true))
  );
}
