import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { IconButton } from "@/components/Button";
import { CONTROL } from "@/components/Field";
import { Spinner } from "@/components/Spinner";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { FindSession, type FindStatus } from "./find-session";

const NOTHING: FindStatus = { total: 0, current: 0, busy: false, failed: false };

/** A field to find a phrase in the conversation, with the number of occurrences, and buttons to go through them. */
export function FindBar({
  controller,
  onClose,
}: {
  controller: ConversationController;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [status, setStatus] = useState(NOTHING);
  const session = useRef<FindSession>(null);
  const bar = useRef<HTMLElement>(null);
  const [opener] = useState(() => document.activeElement);
  const close = () => {
    // The item of a menu is no longer there, so the messages have the focus instead.
    const isThere = opener instanceof HTMLElement && opener.isConnected && opener !== document.body;
    const messages = bar.current?.parentElement?.querySelector<HTMLElement>("section");
    (isThere ? opener : messages)?.focus({ preventScroll: true });
    onClose();
  };
  useEffect(() => {
    const started = new FindSession(controller, setStatus);
    session.current = started;
    return () => started.end();
  }, [controller]);
  useEffect(() => session.current?.find(query), [query]);
  const { total, current, busy, failed } = status;
  const words = () => {
    if (query.trim() === "") return "";
    if (failed) return t("find.failed");
    if (total === 0) return busy ? "" : t("find.none");
    return t("find.position", { current, total });
  };
  return (
    <search
      ref={bar}
      aria-label={t("find.title")}
      className="absolute end-3 top-2 z-10 flex max-w-[calc(100%-1.5rem)] items-center gap-1 rounded-xl bg-raised p-1.5 shadow-raised print:hidden"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The application's own Escape stops a running reply.
        event.preventDefault();
        close();
      }}
    >
      <input
        type="search"
        // biome-ignore lint/a11y/noAutofocus: the user has opened the bar to type
        autoFocus
        dir="auto"
        value={query}
        onChange={({ target }) => setQuery(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          session.current?.go(event.shiftKey ? -1 : 1);
        }}
        aria-label={t("find.title")}
        placeholder={t("find.title")}
        maxLength={200}
        className={`${CONTROL} h-9 w-56 min-w-0 shrink`}
      />
      <span
        role="status"
        className="flex min-w-16 items-center gap-2 px-1.5 text-sm whitespace-nowrap text-muted tabular-nums"
      >
        {words()}
        {busy && <Spinner />}
      </span>
      <IconButton label={t("find.previous")} disabled={total === 0} onClick={() => session.current?.go(-1)}>
        <ChevronUp aria-hidden className="icon" />
      </IconButton>
      <IconButton label={t("find.next")} disabled={total === 0} onClick={() => session.current?.go(1)}>
        <ChevronDown aria-hidden className="icon" />
      </IconButton>
      <IconButton label={t("action.close")} onClick={close}>
        <X aria-hidden className="icon" />
      </IconButton>
    </search>
  );
}
