import { useRef, useState } from "react";
import { useTranslation } from "@/i18n";

/** Field for a conversation's title. Enter and blur save it, Escape cancels (`null`). */
export function RenameField({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(title);
  const done = useRef(false);
  const finish = (next: string | null) => {
    // Removing the field blurs it; that blur is ignored.
    if (done.current) return;
    done.current = true;
    onDone(next === null || next === title ? null : next || null);
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the user has just started to rename
      autoFocus
      dir="auto"
      value={text}
      maxLength={200}
      aria-label={t("conversations.renameField")}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(text.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish(text.trim());
        if (event.key === "Escape") {
          // The key belongs to this field: it neither stops a reply nor closes the drawer.
          event.stopPropagation();
          finish(null);
        }
      }}
      className="h-9 w-full min-w-0 rounded-lg border border-accent bg-canvas px-2.5 text-base outline-none sm:text-sm"
    />
  );
}
