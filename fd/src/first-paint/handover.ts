// Takeover of the first-paint composer by the application.

export const FIRST_PAINT_ID = "first-paint";
/** Stands for the id of a new conversation. */
export const NEW = "new";

export interface FirstPaintText {
  readonly text: string;
  /** Pasted and dropped images. */
  readonly files: readonly File[];
  /** Selection in characters of the text; null if the composer is not focused. */
  readonly selection: readonly [start: number, end: number] | null;
  /** Whether the send key was pressed. */
  readonly sent: boolean;
}

/**
 * Removes the first-paint composer and returns its state; null without one, or if it is another conversation's
 * (`conversationId`: null for a new one). The text is also in its conversation's draft.
 */
export function takeOverComposer(conversationId: string | null = null): FirstPaintText | null {
  const root = document.getElementById(FIRST_PAINT_ID);
  if (!root) return null;
  if (root.dataset.conversation !== (conversationId ?? NEW)) {
    root.remove();
    return null;
  }
  const field = root.querySelector("textarea");
  const text = field?.value ?? "";
  const files = [...(root.querySelector<HTMLInputElement>("input[type=file]")?.files ?? [])];
  const focused = field !== null && document.activeElement === field;
  root.remove();
  return {
    text,
    files,
    selection: focused ? [field.selectionStart, field.selectionEnd] : null,
    sent: root.dataset.sent !== undefined,
  };
}

/** Resolves when no input method is composing in the first-paint composer, so that its word is not cut off. */
export function compositionEnded(): Promise<void> {
  const root = document.getElementById(FIRST_PAINT_ID);
  if (root?.dataset.composing === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    root.addEventListener("compositionend", () => resolve(), { once: true });
  });
}
