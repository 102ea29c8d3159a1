import { useEffect, useState } from "react";
import { copyText } from "./copy-text";

/** Time for which a button shows the result, in ms. */
const SHOWN_MS = 2000;
const FAILURE_SHOWN_MS = 6000;

/**
 * A function that copies the text, or the one that `text` returns then, and whether it was copied, or could not be
 * copied, just now.
 */
export function useCopy(text: string | (() => string)): {
  copied: boolean;
  failed: boolean;
  copy: () => void;
} {
  const [result, setResult] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (!result) return;
    const timer = setTimeout(() => setResult(null), result === "copied" ? SHOWN_MS : FAILURE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);
  return {
    copied: result === "copied",
    failed: result === "failed",
    copy: () =>
      void copyText(typeof text === "string" ? text : text()).then((copied) =>
        setResult(copied ? "copied" : "failed"),
      ),
  };
}
