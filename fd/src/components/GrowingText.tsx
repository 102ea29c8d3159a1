import { useRef } from "react";

/**
 * Text that grows at its end. Each addition is a text node of its own: React replaces the data of a text node that
 * changes, which collapses a selection in it (DOM, "replace data").
 */
export function GrowingText({ text }: { text: string }) {
  const parts = useRef<readonly string[]>([]);
  parts.current = divide(text, parts.current);
  return parts.current;
}

const LOW_SURROGATE = /[\udc00-\udfff]/;

/** The text in the parts of before, as far as it begins with them, and one part with the rest. */
function divide(text: string, before: readonly string[]): readonly string[] {
  let length = 0;
  let count = 0;
  for (const part of before) {
    if (!text.startsWith(part, length)) break;
    const end = length + part.length;
    // A surrogate pair stays in one text node.
    if (LOW_SURROGATE.test(text.charAt(end))) break;
    length = end;
    count += 1;
  }
  if (length === text.length && count === before.length) return before;
  const rest = text.slice(length);
  return rest ? [...before.slice(0, count), rest] : before.slice(0, count);
}
