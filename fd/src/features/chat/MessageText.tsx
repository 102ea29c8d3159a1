import { lazy, Suspense } from "react";

const Markdown = lazy(async () => ({ default: (await import("@/components/markdown")).Markdown }));

/** The text of a reply: as Markdown once the renderer is loaded, as plain text until then. */
export function MessageText({ text }: { text: string }) {
  return (
    <Suspense fallback={<div className="break-words whitespace-pre-wrap">{text}</div>}>
      <Markdown text={text} />
    </Suspense>
  );
}
