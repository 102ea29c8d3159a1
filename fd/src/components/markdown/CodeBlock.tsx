import { Check, Code, Copy, Download, Eye, type LucideIcon, WrapText } from "lucide-react";
import {
  type ComponentType,
  createContext,
  Fragment,
  lazy,
  type ReactNode,
  Suspense,
  use,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { CopyFailure } from "@/components/CopyFailure";
import { download } from "@/components/download";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";
import { fileNameOf } from "./file-names";

interface ViewProps {
  source: string;
  /** The source, which is shown until the view is there. */
  children: ReactNode;
}

function SourceOnly({ children }: ViewProps) {
  return children;
}

/** A component that is loaded when needed; the source without it: offline, or after a deployment that removed the file. */
function lazyView(load: () => Promise<ComponentType<ViewProps>>) {
  return lazy(async (): Promise<{ default: ComponentType<ViewProps> }> => {
    try {
      return { default: await load() };
    } catch {
      return { default: SourceOnly };
    }
  });
}

const Diagram = lazyView(async () => (await import("./Diagram")).Diagram);
const Preview = lazyView(async () => (await import("./Preview")).Preview);

/** Whether diagrams are drawn without a click. */
export const DrawDiagramsContext = createContext(true);

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

/** Longer code is folded to this number of lines, if it was complete when it was first shown. */
const FOLDED_LINES = 40;

/** Whether a language can be drawn or shown as a page: by which component. */
function viewOf(language: string, text: string): "diagram" | "preview" | null {
  if (language === "mermaid") return "diagram";
  if (/^(x?html?|svg)$/.test(language) || (language === "xml" && /^\s*(<\?xml[^>]*>\s*)?<svg\b/.test(text)))
    return "preview";
  return null;
}

/**
 * A code block with its language and its actions, highlighted once the highlighter is loaded. A complete (`whole`)
 * diagram is drawn, complete HTML and SVG can be shown as a page.
 */
export function CodeBlock({ code, language, whole }: { code: string; language: string; whole: boolean }) {
  const { t } = useTranslation();
  const highlighter = useHighlighter(language);
  const drawsDiagrams = use(DrawDiagramsContext);
  /** The reader's choice between the source and its view; null: none yet. */
  const [viewed, setViewed] = useState<boolean | null>(null);
  const [wrapped, setWrapped] = useState(false);
  const text = code.replace(/\n$/, "");
  const coloured = useColours(text, language, whole, highlighter?.highlight ?? null);
  const lines = useMemo(() => text.split("\n").length, [text]);
  // Code that grows on the screen is being read, and stays unfolded.
  const [folded, setFolded] = useState(whole && lines > FOLDED_LINES);
  const view = whole ? viewOf(language, text) : null;
  const shown = view !== null && (viewed ?? (view === "diagram" && drawsDiagrams));
  const source = (
    <>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard
        tabIndex={0}
        data-wrapped={wrapped || undefined}
        data-folded={folded || undefined}
        // The browser's search scrolls to a match in the folded part.
        onScroll={folded ? ({ currentTarget }) => currentTarget.scrollTop > 0 && setFolded(false) : undefined}
      >
        <code>{coloured}</code>
      </pre>
      {lines > FOLDED_LINES && (
        <button
          type="button"
          aria-expanded={!folded}
          onClick={() => setFolded(!folded)}
          className="code-fold"
        >
          {folded ? t("chat.unfoldCode", { lines }) : t("chat.foldCode")}
        </button>
      )}
    </>
  );
  return (
    <figure className="code-block">
      <figcaption>
        <span className="me-auto min-w-0 truncate">{language || t("chat.codeBlock")}</span>
        {view !== null && (
          <button type="button" onClick={() => setViewed(!shown)}>
            {shown ? <Code aria-hidden className="size-3.5" /> : <Eye aria-hidden className="size-3.5" />}
            {shown ? t("chat.showSource") : t(view === "diagram" ? "chat.showDiagram" : "chat.showPreview")}
          </button>
        )}
        <IconAction
          icon={WrapText}
          label={t("chat.wrapCode")}
          pressed={wrapped}
          onClick={() => setWrapped(!wrapped)}
        />
        <IconAction
          icon={Download}
          label={t("chat.downloadCode")}
          onClick={() => download(new File([code], fileNameOf(language), { type: "text/plain" }))}
        />
        <CopyCode text={text} />
      </figcaption>
      {shown ? (
        <Suspense fallback={source}>
          {view === "diagram" ? (
            <Diagram source={text}>{source}</Diagram>
          ) : (
            <Preview source={text}>{source}</Preview>
          )}
        </Suspense>
      ) : (
        source
      )}
    </figure>
  );
}

function IconAction({
  icon: Icon,
  label,
  pressed,
  onClick,
}: {
  icon: LucideIcon;
  label: string;
  pressed?: boolean;
  onClick: () => void;
}) {
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon aria-hidden className="size-3.5" />
    </button>
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
