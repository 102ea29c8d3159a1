import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { whenIdle } from "@/tasks";

type RenderFormula = typeof import("./katex").renderFormula;

let loaded: RenderFormula | null = null;

/** TeX rendered by KaTeX; the source until KaTeX is loaded, and if the TeX is invalid. */
export function Formula({ tex, display }: { tex: string; display: boolean }) {
  const [render, setRender] = useState<RenderFormula | null>(() => loaded);
  const target = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (render) return;
    let wanted = true;
    import("./katex").then(
      (module) => {
        loaded = module.renderFormula;
        if (wanted) setRender(() => module.renderFormula);
      },
      // Offline: the source is shown.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [render]);
  useLayoutEffect(() => {
    const formula = render?.(tex, display);
    if (formula) {
      target.current?.replaceChildren(formula.element);
      whenIdle(formula.addSpoken);
    } else if (target.current) target.current.textContent = tex;
  }, [render, tex, display]);
  return <span ref={target} className={display ? "formula-display" : undefined} />;
}
