// Key presses of input methods (Chinese, Japanese, Korean), which are not commands to the application.

/**
 * Stops the key presses that an input method handles before any listener of the application or of its libraries: during
 * a composition Enter chooses a word and Escape cancels it. Safari fires the last one after `compositionend`, with
 * `isComposing` false and the key code 229 (WebKit bug 165004).
 */
export function keepInputMethodKeys(): void {
  const stop = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
  };
  // Window listeners of the capture phase run before all others.
  window.addEventListener("keydown", stop, true);
  window.addEventListener("keyup", stop, true);
}
