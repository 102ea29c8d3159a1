import { type ReactNode, useEffect, useState } from "react";
import { Spinner } from "@/components/Spinner";
import { drawDiagram } from "@/diagram";
import { useTranslation } from "@/i18n";
import { useDarkTheme } from "./useDarkTheme";

type State = { kind: "drawing" } | { kind: "failed" } | { kind: "drawn"; url: string; title: string };

/** A diagram as an image. Until it is there, and where it cannot be drawn, its source: `children`. */
export function Diagram({ source, children }: { source: string; children: ReactNode }) {
  const { t } = useTranslation();
  const dark = useDarkTheme();
  const [state, setState] = useState<State>({ kind: "drawing" });
  useEffect(() => {
    let wanted = true;
    let url = "";
    drawDiagram(source, dark).then(
      (drawing) => {
        if (!wanted) return;
        if (drawing) url = URL.createObjectURL(new Blob([drawing.svg], { type: "image/svg+xml" }));
        setState(drawing ? { kind: "drawn", url, title: drawing.title } : { kind: "failed" });
      },
      () => wanted && setState({ kind: "failed" }),
    );
    return () => {
      wanted = false;
      URL.revokeObjectURL(url);
    };
  }, [source, dark]);

  if (state.kind === "drawn") {
    return (
      <div className="overflow-x-auto px-4 pt-1 pb-4">
        <img
          src={state.url}
          alt={state.title || t("chat.diagram")}
          onError={() => setState({ kind: "failed" })}
          className="mx-auto h-auto max-w-full"
        />
      </div>
    );
  }
  return (
    <>
      <p role="status" className="flex items-center gap-2 px-3.5 pb-1 text-sm text-muted">
        {state.kind === "drawing" && <Spinner />}
        {state.kind === "drawing" ? t("chat.diagramDrawing") : t("chat.diagramFailed")}
      </p>
      {children}
    </>
  );
}
