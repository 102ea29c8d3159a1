import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** This close to the end, in px, counts as being there. */
const TOLERANCE = 40;

/**
 * Keeps a scrolling element at its end while its content grows, until the reader scrolls up; at the end again, it
 * follows again. `resetKey` is what is shown: something else begins at its end.
 */
export function useFollowEnd(
  container: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  resetKey: string,
): { atEnd: boolean; toEnd: () => void } {
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = container.current;
    if (!element) return;
    following.current = true;
    element.scrollTop = element.scrollHeight;
    setAtEnd(true);
  }, [container]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new key is the reason to jump
  useLayoutEffect(toEnd, [toEnd, resetKey]);

  useEffect(() => {
    const element = container.current;
    const inner = content.current;
    if (!element || !inner) return;
    let lastTop = element.scrollTop;
    const onScroll = () => {
      const distance = element.scrollHeight - element.clientHeight - element.scrollTop;
      // Only the reader moves away from the end: growing content leaves the position, following moves it down, and
      // content that shrinks ends up at its end.
      if (element.scrollTop < lastTop && distance > 1) following.current = false;
      else if (element.scrollTop > lastTop && distance <= TOLERANCE) following.current = true;
      lastTop = element.scrollTop;
      setAtEnd(distance <= TOLERANCE || following.current);
    };
    // Runs between layout and paint, so that the end never leaves the screen for a frame.
    const observer = new ResizeObserver(() => {
      if (following.current) element.scrollTop = element.scrollHeight;
      else setAtEnd(element.scrollHeight - element.clientHeight - element.scrollTop <= TOLERANCE);
    });
    element.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(inner);
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [container, content]);

  return { atEnd, toEnd };
}
