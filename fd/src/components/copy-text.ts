/**
 * Copies a text to the clipboard, or one that is still being made; null: there is none after all. Returns false if
 * there is none, or the browser does not allow it. The asynchronous clipboard exists only on HTTPS and localhost, and
 * may be denied; the older command needs a selected field.
 */
export async function copyText(text: string | Promise<string | null>): Promise<boolean> {
  if (typeof text === "string") return copyNow(text);
  try {
    // WebKit allows a copy only during the click: its clipboard has to wait for the text.
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text.then(toBlob) })]);
    return true;
  } catch {
    // Without promises in the clipboard, for example.
    const made = await text;
    return made !== null && copyNow(made);
  }
}

function toBlob(text: string | null): Blob {
  if (text === null) throw new Error("there is no text");
  return new Blob([text], { type: "text/plain" });
}

async function copyNow(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

function copyByCommand(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "copied-text";
  // A dialog keeps the focus inside of itself.
  (focused?.closest("[role=dialog]") ?? document.body).append(field);
  field.select();
  let copied = false;
  try {
    copied = document.execCommand("copy");
  } catch {
    // Not supported.
  }
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}
