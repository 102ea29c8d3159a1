import { type ReactNode, useEffect, useRef, useState } from "react";
import { Spinner } from "@/components/Spinner";
import { whenNear } from "@/components/when-near";
import { drawDiagram } from "@/diagram";
import { useTranslation } from "@/i18n";
import { useDarkTheme } from "./useDarkTheme";

/** Minimum width of a wide drawing, at which its text is readable; narrower windows scroll. */
const MIN_WIDTH_PX = 420;

/** Distance from the screen, in px, at which a diagram is drawn. */
const NEAR_PX = 400;

type State =
  | { kind: "drawing" }
  | { kind: "failed" }
  | { kind: "drawn"; url: string; title: string; width: number };

/** A diagram as an image; its source (`children`) until it is rendered, or if rendering fails. */
export function Diagram({ source, children }: { source: string; children: ReactNode }) {
  const { t } = useTranslation();
  const dark = useDarkTheme();
  const [state, setState] = useState<State>({ kind: "drawing" });
  const container = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const element = container.current;
    if (near || !element) return;
    return whenNear(element, NEAR_PX, () => setNear(true));
  }, [near]);
  useEffect(() => {
    if (!near) return;
    const wanted = new AbortController();
    const { signal } = wanted;
    let url = "";
    drawDiagram(source, dark, signal).then(
      (drawing) => {
        if (signal.aborted) return;
        if (!drawing) return setState({ kind: "failed" });
        const { svg, title, width } = drawing;
        url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
        setState({ kind: "drawn", url, title, width });
      },
      () => signal.aborted || setState({ kind: "failed" }),
    );
    return () => {
      wanted.abort();
      URL.revokeObjectURL(url);
    };
  }, [near, source, dark]);

  if (state.kind === "drawn") {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide drawing is scrolled by keyboard
      <div className="overflow-x-auto px-4 pt-1 pb-4 outline-offset-[-2px]" tabIndex={0}>
        <img
          src={state.url}
          alt={state.title || t("chat.diagram")}
          onError={() => setState({ kind: "failed" })}
          style={{ minWidth: Math.min(state.width, MIN_WIDTH_PX) }}
          className="mx-auto h-auto max-w-full"
        />
      </div>
    );
  }
  return (
    <div ref={container}>
      <p role="status" className="flex items-center gap-2 px-3.5 pb-1 text-sm text-muted">
        {state.kind === "drawing" && <Spinner />}
        {state.kind === "drawing" ? t("chat.diagramDrawing") : t("chat.diagramFailed")}
      </p>
      {children}
    </div>
  );
}
