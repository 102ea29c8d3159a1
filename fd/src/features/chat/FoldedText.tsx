import { ChevronDown, TextQuote, X } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/Button";
import { useTranslation } from "@/i18n";

/** A long text that was pasted into the composer: folded, but it can be opened, edited and removed. */
export function FoldedText({
  text,
  onChange,
  onRemove,
}: {
  text: string;
  onChange: (text: string) => void;
  onRemove: () => void;
}) {
  const { t, language } = useTranslation();
  const [open, setOpen] = useState(false);
  const length = new Intl.NumberFormat(language).format(text.length);
  return (
    <li className="min-w-0 rounded-2xl border border-line bg-surface text-sm">
      <div className="flex items-center gap-1 pe-1">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-2xl ps-3 text-start"
        >
          <TextQuote aria-hidden className="icon text-muted" />
          <span className="shrink-0">{t("chat.pastedText", { length })}</span>
          <span dir="auto" className="min-w-0 flex-1 truncate text-muted">
            {text.trimStart().slice(0, 200)}
          </span>
          <ChevronDown
            aria-hidden
            className={`icon text-muted transition-transform ${open ? "rotate-180" : ""}`}
          />
        </button>
        <IconButton label={t("chat.removePastedText")} onClick={onRemove}>
          <X aria-hidden className="icon" />
        </IconButton>
      </div>
      {open && (
        <textarea
          value={text}
          dir="auto"
          aria-label={t("chat.editPastedText")}
          onChange={(event) => onChange(event.target.value)}
          className="block h-60 max-h-[40dvh] w-full resize-none rounded-b-2xl border-t border-line bg-canvas px-3 py-2 text-base/6 sm:text-sm"
        />
      )}
    </li>
  );
}
