// Input of the composer from anywhere in the page: key presses, pasted and dropped text and files.
import { type RefObject, useEffect, useRef } from "react";
import { hasConversations } from "@/features/conversations";

/** Texts above this length, in characters, are folded. */
export const FOLD_LENGTH = 8000;

/** HTML above this length, in characters, is not converted. */
const MAX_HTML_LENGTH = 2_000_000;
/** Whether HTML may have a structure that Markdown can express. */
const STRUCTURED_HTML =
  /<(table|ul|ol|a|h[1-6]|pre|code|blockquote|strong|em|b|i|s|del)\b|font-weight:\s*(bold|[6-9]\d\d)|italic|data-source|katex/i;
const TEXT_FIELD = "input, textarea, select, [contenteditable]";
/** Elements that have their own use for letters. */
const OWN_KEYS = `${TEXT_FIELD}, [role=menu], [role=listbox], [role=dialog], [role=alertdialog]`;
const LAYER = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

export interface ComposerInput {
  readonly onFiles: (files: File[]) => void;
  /** A text to be inserted at the caret. */
  readonly onText: (text: string) => void;
  /** `kind` of what is being dragged over the page; null: nothing. */
  readonly onDrag: (kind: "files" | "text" | null) => void;
}

/** Calls back with what is typed, pasted or dropped in the page, outside of other fields and layers. */
export function useComposerInput(
  field: RefObject<HTMLTextAreaElement | null>,
  callbacks: ComposerInput,
): void {
  const current = useRef(callbacks);
  current.current = callbacks;
  useEffect(() => {
    const isAvailable = () => field.current?.closest("[inert]") === null && !hasOpenLayer();
    const isElsewhere = (target: EventTarget | null) =>
      target !== field.current && target instanceof Element && target.closest(OWN_KEYS) !== null;

    const insert = async (data: DataTransfer) => {
      const plain = data.getData("text/plain");
      current.current.onText((await markdownOf(data.getData("text/html"))) ?? plain);
    };

    const onPaste = (event: ClipboardEvent) => {
      const data = event.clipboardData;
      if (!data || event.defaultPrevented || isElsewhere(event.target) || !isAvailable()) return;
      const plain = data.getData("text/plain");
      const files = [...data.files];
      if (plain.trim() === "" && files.length > 0) {
        event.preventDefault();
        current.current.onFiles(files);
        return;
      }
      const isNative =
        event.target === field.current &&
        plain.length <= FOLD_LENGTH &&
        !isStructured(data.getData("text/html"));
      if (isNative) return;
      event.preventDefault();
      void insert(data);
    };

    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event;
      // A question mark shows the shortcuts; a space scrolls, or presses a button.
      if ([...key].length !== 1 || key === " " || key === "?") return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (target === field.current || isElsewhere(target) || !isAvailable()) return;
      // The letter itself goes into the field that has the focus after this event.
      field.current?.focus();
    };

    /** What is dragged; null for something that the composer does not receive, or that something else receives. */
    const draggedKind = ({ dataTransfer, target, defaultPrevented }: DragEvent) => {
      // A drag of conversations also has the text of their link.
      if (!dataTransfer || defaultPrevented || hasConversations(dataTransfer)) return null;
      const { types } = dataTransfer;
      if (types.includes("Files")) return "files";
      if (!types.includes("text/plain")) return null;
      return target instanceof Element && target.closest(TEXT_FIELD) ? null : "text";
    };
    const onDragOver = (event: DragEvent) => {
      const kind = draggedKind(event);
      current.current.onDrag(kind);
      if (kind) event.preventDefault();
    };
    const onDragLeave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) current.current.onDrag(null);
    };
    const onDragEnd = () => current.current.onDrag(null);
    const onDrop = (event: DragEvent) => {
      const kind = draggedKind(event);
      current.current.onDrag(null);
      if (!kind || !event.dataTransfer) return;
      event.preventDefault();
      if (kind === "files") current.current.onFiles([...event.dataTransfer.files]);
      else void insert(event.dataTransfer);
    };

    document.addEventListener("paste", onPaste);
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("dragover", onDragOver);
    document.addEventListener("dragleave", onDragLeave);
    document.addEventListener("dragend", onDragEnd);
    document.addEventListener("drop", onDrop);
    return () => {
      document.removeEventListener("paste", onPaste);
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("dragover", onDragOver);
      document.removeEventListener("dragleave", onDragLeave);
      document.removeEventListener("dragend", onDragEnd);
      document.removeEventListener("drop", onDrop);
    };
  }, [field]);
}

/** Closed popovers stay in the document. */
function hasOpenLayer(): boolean {
  return [...document.querySelectorAll(LAYER)].some((layer) => layer.checkVisibility());
}

function isStructured(html: string): boolean {
  return html.length <= MAX_HTML_LENGTH && STRUCTURED_HTML.test(html);
}

/** HTML as Markdown; null if the plain text has all of it, or the converter could not be loaded. */
export async function markdownOf(html: string): Promise<string | null> {
  if (!isStructured(html)) return null;
  try {
    return (await import("./rich-text")).htmlToMarkdown(html);
  } catch {
    // Offline, or after a deployment that removed the file.
    return null;
  }
}

/** Replaces the selection of the field, so that the browser's undo removes the text again. */
export function insertText(field: HTMLTextAreaElement, text: string): void {
  field.focus();
  if (document.execCommand?.("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
