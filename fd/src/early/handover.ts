// Takeover of the early composer by the application.

export const EARLY_ID = "early";

export interface EarlyText {
  readonly text: string;
  /** Selection in characters of the text; null if the composer is not focused. */
  readonly selection: readonly [start: number, end: number] | null;
  /** Whether the send key was pressed. */
  readonly sent: boolean;
}

/** Removes the early composer and returns its state; null without one. The text is also in the conversation's draft. */
export function takeOverComposer(): EarlyText | null {
  const early = document.getElementById(EARLY_ID);
  if (!early) return null;
  const field = early.querySelector("textarea");
  const text = field?.value ?? "";
  const focused = field !== null && document.activeElement === field;
  early.remove();
  return {
    text,
    selection: focused ? [field.selectionStart, field.selectionEnd] : null,
    sent: early.dataset.sent !== undefined,
  };
}

/** Resolves when no input method is composing in the early composer, so that its word is not cut off. */
export function compositionEnded(): Promise<void> {
  const early = document.getElementById(EARLY_ID);
  if (early?.dataset.composing === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    early.addEventListener("compositionend", () => resolve(), { once: true });
  });
}
