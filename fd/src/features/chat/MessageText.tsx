import { lazy, Suspense } from "react";

const Markdown = lazy(async () => ({ default: (await import("@/components/markdown")).Markdown }));

/** The text of a reply. Until the renderer is there, which is once, the text shows as it was written. */
export function MessageText({ text }: { text: string }) {
  return (
    <Suspense fallback={<div className="break-words whitespace-pre-wrap">{text}</div>}>
      <Markdown text={text} />
    </Suspense>
  );
}
