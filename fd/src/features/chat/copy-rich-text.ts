// Copying of a reply as rich text: HTML for documents and mails, with its Markdown as the plain text.

/** Attributes that mean something outside of this page. */
const KEPT_ATTRIBUTES = new Set([
  "href",
  "src",
  "alt",
  "start",
  "colspan",
  "rowspan",
  "dir",
  "type",
  "checked",
]);

/** Copies the reply that is shown with this key. Resolves to whether the clipboard has accepted it. */
export async function copyRichText(messageKey: string, markdown: string): Promise<boolean> {
  const messages = [...document.querySelectorAll<HTMLElement>("[data-key]")];
  const shown = messages.find(({ dataset }) => dataset.key === messageKey)?.querySelector(".prose");
  if (!shown) return false;
  const html = portableHtml(shown);
  try {
    const blob = (type: string, text: string) => new Blob([text], { type });
    const item = { "text/html": blob("text/html", html), "text/plain": blob("text/plain", markdown) };
    await navigator.clipboard.write([new ClipboardItem(item)]);
    return true;
  } catch {
    // Without a secure context or the permission.
    return copyByEvent(shown, html, markdown);
  }
}

/** The HTML of a rendered reply without classes and controls; formulas as their TeX. */
export function portableHtml(prose: Element): string {
  const copy = prose.cloneNode(true) as Element;
  for (const formula of copy.querySelectorAll<HTMLElement>(".formula[data-source]"))
    formula.replaceWith(formula.dataset.source ?? "");
  for (const control of copy.querySelectorAll("button, svg, iframe, .sr-only")) control.remove();
  for (const element of copy.querySelectorAll("*"))
    for (const { name } of [...element.attributes])
      if (!KEPT_ATTRIBUTES.has(name)) element.removeAttribute(name);
  // Spans only carry classes.
  for (const span of copy.querySelectorAll("span:not([dir])")) span.replaceWith(...span.childNodes);
  return copy.innerHTML;
}

/** Copies through a `copy` event, for which the browser needs a selection. */
function copyByEvent(selected: Element, html: string, text: string): boolean {
  const onCopy = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/html", html);
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const selection = document.getSelection();
  const before = selection?.rangeCount ? selection.getRangeAt(0) : null;
  selection?.selectAllChildren(selected);
  window.addEventListener("copy", onCopy, { capture: true });
  try {
    return document.execCommand("copy");
  } finally {
    window.removeEventListener("copy", onCopy, { capture: true });
    selection?.removeAllRanges();
    if (before) selection?.addRange(before);
  }
}
