import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "@/i18n";

type Highlight = typeof import("./highlight").highlight;

let loaded: Highlight | null = null;

/** Code with the name of its language and a button that copies it; colours come when the highlighter is there. */
export function CodeBlock({ code, language }: { code: string; language: string }) {
  const { t } = useTranslation();
  const [highlight, setHighlight] = useState<Highlight | null>(() => loaded);
  useEffect(() => {
    if (highlight || !language) return;
    let wanted = true;
    import("./highlight").then(
      (module) => {
        loaded = module.highlight;
        if (wanted) setHighlight(() => module.highlight);
      },
      // Offline: the code is as readable without colours.
      () => undefined,
    );
    return () => {
      wanted = false;
    };
  }, [highlight, language]);
  const text = code.replace(/\n$/, "");
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language || t("chat.codeBlock")}</span>
        <CopyCode text={text} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard */}
      <pre tabIndex={0}>
        <code>{highlight && language ? highlight(text, language) : text}</code>
      </pre>
    </figure>
  );
}

function CopyCode({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      <Icon aria-hidden className="size-3.5" />
      {copied ? t("action.copied") : t("action.copy")}
    </button>
  );
}
