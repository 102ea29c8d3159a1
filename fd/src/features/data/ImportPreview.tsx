import { useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { WindowedRows } from "@/components/WindowedRows";
import { useTranslation } from "@/i18n";
import type { Source } from "./conversation-body";
import type { Problem } from "./export-reader";
import { choose, useImport } from "./import-session";
import type { Listed } from "./import-worker";
import { ReasonGroups } from "./ReasonGroups";

const SOURCES: Readonly<Record<Source, string>> = {
  chat: "",
  chatgpt: "ChatGPT",
  claude: "Claude",
  open_webui: "Open WebUI",
  librechat: "LibreChat",
};
/** The conversations that were found, by source, to choose from. */
export function ImportPreview({ onImport, onCancel }: { onImport: () => void; onCancel: () => void }) {
  const { t } = useTranslation();
  const { listed, problems, account } = useImport((state) => state.scanned);
  const hasAccount = Object.values(account).some((part) =>
    Array.isArray(part) ? part.length > 0 : part !== null,
  );
  const hasServers = account.servers.some(({ auth }) => auth !== "none");
  const count = useImport((state) => state.chosen.size);
  const bySource = useMemo(() => {
    const sources = [...new Set(listed.map(({ source }) => source))];
    return sources.map((source) => ({ source, listed: listed.filter((each) => each.source === source) }));
  }, [listed]);
  return (
    <div className="flex flex-col gap-3">
      {bySource.map((group) => (
        <SourceGroup key={group.source} {...group} />
      ))}
      {hasAccount && (
        <p className="text-sm text-muted">
          {t("moving.account")} {hasServers && t("moving.servers")}
        </p>
      )}
      <Problems problems={problems} />
      <div className="flex flex-wrap gap-2">
        {listed.length > 0 && (
          <Button variant="primary" disabled={count === 0} onClick={onImport}>
            {t("moving.import", { count })}
          </Button>
        )}
        <Button onClick={onCancel}>{t("action.cancel")}</Button>
      </div>
    </div>
  );
}

function SourceGroup({ source, listed }: { source: Source; listed: readonly Listed[] }) {
  const { t, language } = useTranslation();
  const chosen = useImport((state) => state.chosen);
  const [isOpen, setIsOpen] = useState(false);
  const date = useMemo(() => new Intl.DateTimeFormat(language, { dateStyle: "medium" }), [language]);
  const count = listed.filter(({ key }) => chosen.has(key)).length;
  const facts = useMemo(() => {
    const times = listed.flatMap(({ at }) => at ?? []).sort();
    const images = listed.reduce((sum, each) => sum + each.images, 0);
    const [from, to] = [times[0], times.at(-1)];
    return [
      t("moving.conversations", { count: listed.length }),
      from && to ? date.formatRange(new Date(from), new Date(to)) : "",
      images > 0 ? t("moving.images", { count: images }) : "",
    ];
  }, [t, listed, date]);
  return (
    <div className="rounded-xl border border-line p-4">
      <label className="flex cursor-pointer items-start gap-3">
        <input
          type="checkbox"
          checked={count === listed.length}
          ref={(box) => {
            if (box) box.indeterminate = count > 0 && count < listed.length;
          }}
          onChange={({ target }) => choose(listed, target.checked)}
          className="mt-0.5 size-4 accent-accent"
        />
        <span>
          <span className="block text-sm font-medium">{SOURCES[source] || t("app.name")}</span>
          <span className="block text-sm text-muted">{facts.filter(Boolean).join(" · ")}</span>
        </span>
      </label>
      <details className="mt-3 text-sm" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
        <summary className="w-fit cursor-pointer rounded-md text-muted">{t("moving.select")}</summary>
        {isOpen && (
          <div className="mt-2 max-h-80 overflow-y-auto">
            <WindowedRows items={listed} margin={100}>
              {(each, position) => (
                <li key={each.key} {...position}>
                  <label className="flex min-h-8 cursor-pointer items-center gap-3 rounded-md px-1 hover:bg-hover">
                    <input
                      type="checkbox"
                      checked={chosen.has(each.key)}
                      onChange={({ target }) => choose([each], target.checked)}
                      className="size-4 shrink-0 accent-accent"
                    />
                    <span dir="auto" className="min-w-0 flex-1 truncate">
                      {each.title ?? t("conversations.untitled")}
                    </span>
                    <span className="shrink-0 text-xs text-muted">
                      {each.at ? date.format(new Date(each.at)) : ""}
                    </span>
                  </label>
                </li>
              )}
            </WindowedRows>
          </div>
        )}
      </details>
    </div>
  );
}

/** What was found and cannot be imported, with the reason. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(problems.length <= 5);
  if (problems.length === 0) return null;
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}
      className="rounded-xl border border-line p-4 text-sm"
    >
      <summary className="w-fit cursor-pointer rounded-md font-medium">
        {t("moving.problems", { count: problems.length })}
      </summary>
      {isOpen && (
        <div className="mt-2 max-h-80 overflow-y-auto">
          <ReasonGroups
            entries={problems.map(({ name, reason }) => ({ name, reason: t(`moving.reason_${reason}`) }))}
          />
        </div>
      )}
    </details>
  );
}
