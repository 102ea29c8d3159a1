import { type RefObject, useLayoutEffect, useRef } from "react";

/** Whether the focused element was removed, after which keyboards and screen readers begin at the top of the page. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

/** The ref of a button, which gets the focus back when what it opened is closed and took the focus with it. */
export function useFocusReturn(open: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(open);
  useLayoutEffect(() => {
    if (wasOpen.current && !open && isFocusLost()) button.current?.focus({ preventScroll: true });
    wasOpen.current = open;
  }, [open]);
  return button;
}
