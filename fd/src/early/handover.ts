// What the application takes over from the composer that was there before it.

export const EARLY_ID = "early";

export interface EarlyText {
  readonly text: string;
  /** In characters of the text; null where the reader is elsewhere. */
  readonly selection: readonly [start: number, end: number] | null;
  /** The key that sends was pressed. */
  readonly sent: boolean;
}

/** Removes the early composer, whose text is the conversation's draft as well. Null when there is none. */
export function takeOver(): EarlyText | null {
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

/** Resolves as soon as no input method is composing in the early composer: its word would be cut off. */
export function earlyWordsWritten(): Promise<void> {
  const early = document.getElementById(EARLY_ID);
  if (early?.dataset.composing === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    early.addEventListener("compositionend", () => resolve(), { once: true });
  });
}
