// Copying of formulas: the clipboard receives the TeX instead of KaTeX's elements, which would be two or three copies
// of each formula in pieces.

const FORMULA = ".formula[data-source]";

/** Listener for `copy` events: replaces each formula in the selection with its source. A part counts as the whole. */
export function copyFormulasAsTex(event: ClipboardEvent): void {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0 || !event.clipboardData) return;
  const range = selection.getRangeAt(0).cloneRange();
  const first = formulaAround(range.startContainer);
  const last = formulaAround(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  const formulas = copied.querySelectorAll<HTMLElement>(FORMULA);
  if (formulas.length === 0) return;
  for (const formula of formulas) formula.replaceChildren(formula.dataset.source ?? "");
  for (const button of copied.querySelectorAll("button")) button.remove();
  copied.className = "copied-text";
  document.body.append(copied);
  // biome-ignore lint/performance/useDomNodeTextContent: the line breaks of the layout are needed
  event.clipboardData.setData("text/plain", copied.innerText);
  event.clipboardData.setData("text/html", copied.innerHTML);
  copied.remove();
  event.preventDefault();
}

function formulaAround(node: Node): Element | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest(FORMULA) ?? null;
}
