import { TextQuote } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/Button";
import { useTranslation } from "@/i18n";
import { markdownOf } from "./composer-input";
import { quoted } from "./quotation";

/** Distance between the selection and the button, in px. On touch screens the browser's own menu is above the selection. */
const GAP = 8;
const MARGIN = 4;

/** A button beside the text that is selected in a message, which puts it as a quotation into the composer. */
export function QuoteButton({ onQuote }: { onQuote: (quotation: string) => void }) {
  const { t } = useTranslation();
  const [position, setPosition] = useState<{ top: number; left: number } | null>(null);

  useEffect(() => {
    let selecting = false;
    const update = () => setPosition(selecting ? null : positionOf(selectedRange()));
    const onPointerDown = () => {
      selecting = true;
    };
    const onPointerUp = () => {
      selecting = false;
      // The click that ends a selection removes it after this event.
      requestAnimationFrame(update);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const isShortcut = (event.ctrlKey || event.metaKey) && event.shiftKey && event.code === "Period";
      if (!isShortcut || !selectedRange()) return;
      event.preventDefault();
      void quote();
    };
    document.addEventListener("selectionchange", update);
    document.addEventListener("pointerdown", onPointerDown);
    document.addEventListener("pointerup", onPointerUp);
    // A touch that becomes a selection or a scroll is cancelled.
    document.addEventListener("pointercancel", onPointerUp);
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("scroll", update, true);
    return () => {
      document.removeEventListener("selectionchange", update);
      document.removeEventListener("pointerdown", onPointerDown);
      document.removeEventListener("pointerup", onPointerUp);
      document.removeEventListener("pointercancel", onPointerUp);
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("scroll", update, true);
    };
  });

  const quote = async () => {
    const range = selectedRange();
    if (!range) return;
    const plain = String(document.getSelection());
    const text = (await markdownOf(htmlOf(range))) ?? plain;
    if (text.trim() === "") return;
    document.getSelection()?.removeAllRanges();
    setPosition(null);
    onQuote(quoted(text));
  };

  if (!position) return null;
  return (
    <div style={position} className="fixed z-20 -translate-x-1/2 rounded-lg shadow-raised">
      <Button
        // The press of a mouse would remove the selection.
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => void quote()}
        aria-keyshortcuts="Control+Shift+Period Meta+Shift+Period"
      >
        <TextQuote aria-hidden className="icon" />
        {t("chat.quote")}
      </Button>
    </div>
  );
}

/** The selection, if it is text of messages. */
function selectedRange(): Range | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const { commonAncestorContainer: node } = range;
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest("[role=feed]") && !element.closest("form") ? range : null;
}

/** Elements whose formatting belongs to a part of their content, too. */
const FORMATTING = /^(UL|OL|TABLE|THEAD|TBODY|TR|BLOCKQUOTE|PRE|CODE|STRONG|EM|A|S|DEL)$/;

/** The HTML of a range, with the formatting of the elements that it is inside of. */
function htmlOf(range: Range): string {
  let copied = document.createElement("div");
  copied.append(range.cloneContents());
  const { commonAncestorContainer: node } = range;
  let around = node instanceof Element ? node : node.parentElement;
  for (; around && FORMATTING.test(around.tagName); around = around.parentElement) {
    const shell = around.cloneNode(false) as Element;
    shell.append(...copied.childNodes);
    copied = document.createElement("div");
    copied.append(shell);
  }
  return copied.innerHTML;
}

/** Below the end of the selection, inside of the window. */
function positionOf(range: Range | null): { top: number; left: number } | null {
  const end = range?.cloneRange();
  end?.collapse(false);
  // A position between elements has no box.
  const caret = end?.getClientRects()[0];
  const last = caret?.height ? caret : range?.getBoundingClientRect();
  if (!last || last.bottom < 0 || last.top > window.innerHeight) return null;
  const width = 90;
  const height = 44;
  const below = last.bottom + GAP;
  return {
    top: below + height > window.innerHeight ? Math.max(MARGIN, last.top - GAP - height) : below,
    left: Math.min(Math.max(last.right, width / 2 + MARGIN), window.innerWidth - width / 2 - MARGIN),
  };
}
