import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { whenIdle } from "@/tasks";
import { copyFormulasAsTex } from "./copy";
import { type FormulaScope, withReferences } from "./scope";

type RenderFormula = typeof import("./katex").renderFormula;

let loaded: RenderFormula | null = null;

document.addEventListener("copy", copyFormulasAsTex);

interface FormulaProps {
  tex: string;
  display: boolean;
  /** The TeX with its delimiters. */
  source: string;
  scope: FormulaScope;
}

/** TeX rendered by KaTeX; the source until KaTeX is loaded, and if the TeX is invalid. */
export function Formula({ tex, display, source, scope }: FormulaProps) {
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
  const shown = withReferences(tex, scope.labels);
  const { definitions, equations } = scope;
  useLayoutEffect(() => {
    const element = target.current;
    if (!element) return;
    const formula = render?.(shown, display, definitions, tex);
    if (formula) {
      element.replaceChildren(formula.element);
      // KaTeX numbers equations with a CSS counter, which containment would restart in each part of a reply.
      element.style.counterReset = `katexEqnNo ${equations} mmlEqnNo ${equations}`;
      whenIdle(formula.addMathML);
    } else element.textContent = source;
  }, [render, shown, tex, display, source, definitions, equations]);
  return (
    <span
      ref={target}
      dir="ltr"
      className={display ? "formula formula-display" : "formula"}
      data-tex={tex}
      data-source={source}
    />
  );
}
