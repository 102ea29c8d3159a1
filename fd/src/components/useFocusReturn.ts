// Keeps the keyboard's focus in its place when the focused element is removed.
import { type FocusEvent, type RefObject, useLayoutEffect, useRef } from "react";

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

/**
 * Properties of an element that gets the focus when a change of `content` removed what had it in there, or what a dialog
 * was opened from that was closed with it. `given`: the element's ref, where it has one already.
 */
export function useFocusKeeper<E extends HTMLElement>(content: unknown, given?: RefObject<E | null>) {
  const own = useRef<E>(null);
  const keeper = given ?? own;
  const hadFocus = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element with the focus may have been removed
  useLayoutEffect(() => {
    if (hadFocus.current && isFocusLost()) keeper.current?.focus({ preventScroll: true });
  }, [content]);
  return {
    ref: keeper,
    tabIndex: -1,
    // Also of the dialogs, which are in another place of the page.
    onFocus: () => {
      hadFocus.current = true;
    },
    onBlur: ({ relatedTarget }: FocusEvent) => {
      // Null where the focused element is removed, too.
      if (relatedTarget) hadFocus.current = false;
    },
  };
}
