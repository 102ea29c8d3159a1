import { Check, Code, Copy, Workflow } from "lucide-react";
import { Fragment, lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { CopyFailure } from "@/components/CopyFailure";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";

const Diagram = lazy(async () => {
  try {
    return { default: (await import("./Diagram")).Diagram };
  } catch {
    // Offline, or after a deployment that removed the file: the source is shown.
    return { default: ({ children }: { source: string; children: ReactNode }) => <>{children}</> };
  }
});

type Highlighter = typeof import("./highlight");

let loaded: Highlighter | null = null;

/** The highlighter, once it is loaded with the language; null until then, and offline. */
function useHighlighter(language: string): Highlighter | null {
  const [highlighter, setHighlighter] = useState<{ module: Highlighter; language: string } | null>(() =>
    loaded?.languageNamed(language) ? { module: loaded, language } : null,
  );
  const ready = highlighter?.language === language;
  useEffect(() => {
    if (ready || !language) return;
    let wanted = true;
    const load = async () => {
      loaded = await import("./highlight");
      await loaded.prepareLanguage(language);
      if (wanted) setHighlighter({ module: loaded, language });
    };
    // Offline: the code is shown without highlighting.
    load().catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [ready, language]);
  if (ready) return highlighter.module;
  // A growing info string names several languages, one after the other.
  return loaded?.languageNamed(language) ? loaded : null;
}

/**
 * A code block with its language and a copy button, highlighted once the highlighter is loaded. A complete (`whole`)
 * diagram can be rendered as a drawing.
 */
export function CodeBlock({ code, language, whole }: { code: string; language: string; whole: boolean }) {
  const { t } = useTranslation();
  const highlighter = useHighlighter(language);
  const [drawn, setDrawn] = useState(false);
  const text = code.replace(/\n$/, "");
  const coloured = useColours(text, language, whole, highlighter?.highlight ?? null);
  const drawable = whole && language === "mermaid";
  const source = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard
    <pre tabIndex={0}>
      <code>{coloured}</code>
    </pre>
  );
  return (
    <figure className="code-block">
      <figcaption>
        <span className="me-auto">{language || t("chat.codeBlock")}</span>
        {drawable && (
          <button type="button" onClick={() => setDrawn(!drawn)}>
            {drawn ? (
              <Code aria-hidden className="size-3.5" />
            ) : (
              <Workflow aria-hidden className="size-3.5" />
            )}
            {drawn ? t("chat.showSource") : t("chat.showDiagram")}
          </button>
        )}
        <CopyCode text={text} />
      </figcaption>
      {drawable && drawn ? (
        <Suspense fallback={source}>
          <Diagram source={text}>{source}</Diagram>
        </Suspense>
      ) : (
        source
      )}
    </figure>
  );
}

/** Growing code is highlighted again when it has grown by this share, so that the total cost stays linear. */
const GROWTH = 0.25;
/** Code that has not grown for this time, in ms, is highlighted to its end. */
const REST_MS = 300;

/** The highlighted code; the end of growing code may be plain for a moment. */
function useColours(
  text: string,
  language: string,
  whole: boolean,
  highlight: Highlighter["highlight"] | null,
): ReactNode {
  const coloured = useRef<{ text: string; language: string; colours: ReactNode }>(null);
  const latest = useRef(text);
  latest.current = text;
  const [rested, setRested] = useState("");
  const growing = !whole && text !== rested;
  useEffect(() => {
    if (!growing) return;
    let before = "";
    // A single timer, however often the code grows.
    const timer = setInterval(() => {
      if (latest.current === before) setRested(before);
      before = latest.current;
    }, REST_MS);
    return () => clearInterval(timer);
  }, [growing]);
  if (!highlight || !language) return text;
  const known = coloured.current?.language === language ? coloured.current : null;
  const enough =
    known &&
    text.startsWith(known.text) &&
    (text === known.text || (growing && text.length < known.text.length * (1 + GROWTH)));
  if (!enough) {
    const colours = <Fragment key="colours">{highlight(text, language)}</Fragment>;
    coloured.current = { text, language, colours };
    return colours;
  }
  return [known.colours, text.slice(known.text.length)];
}

function CopyCode({ text }: { text: string }) {
  const { t } = useTranslation();
  const { copied, failed, copy } = useCopy(text);
  const Icon = copied ? Check : Copy;
  return (
    <>
      {failed && <CopyFailure />}
      <button type="button" onClick={copy}>
        <Icon aria-hidden className="size-3.5" />
        {copied ? t("action.copied") : t("action.copy")}
      </button>
    </>
  );
}
