import type { AuditEntry } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { GROUPS } from "./groups";
import { useAuditLog } from "./queries";

/** The operator's changes: who, when, and from which value to which. */
export function AuditPage() {
  const { t } = useTranslation();
  const log = useAuditLog();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("admin.auditIntro")}</p>
      <ErrorNotice error={log.error} />
      {log.isPending && <Skeleton className="h-40" />}
      {log.data?.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">{t("admin.auditEmpty")}</p>
      )}
      <ol className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {log.data?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {log.hasNextPage && (
        <Button
          className="self-center"
          busy={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {t("admin.more")}
        </Button>
      )}
    </div>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t, language } = useTranslation();
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const account = (id: string | null, email: string | null) =>
    email ?? (id === null ? t("admin.shell") : t("admin.goneAccount"));
  const groupName = (value: unknown) => {
    const known = GROUPS.find(([group]) => group === value);
    return known && t(known[1]);
  };
  const shownIn = (field: string, value: unknown) => (field === "group" && groupName(value)) || shown(value);
  const named = (entry.action === "budget_update" && groupName(entry.subject)) || entry.subject;
  const subject = named ?? (entry.user_id === null ? "" : account(entry.user_id, entry.user_email));
  return (
    <li className="px-4 py-3 text-sm">
      <p className="wrap-anywhere">
        <span className="font-medium">{t.find(`admin.did_${entry.action}`) ?? entry.action}</span>
        {subject && <span> · {subject}</span>}
      </p>
      <ul className="text-xs text-muted">
        {Object.entries(entry.changes).map(([field, values]) => (
          <li key={field} className="wrap-anywhere">
            {t.find(`admin.field_${field}`) ?? field}: {shownIn(field, values[0])} →{" "}
            {shownIn(field, values[1])}
          </li>
        ))}
      </ul>
      <p className="text-xs wrap-anywhere text-muted">
        {account(entry.actor_id, entry.actor_email)} · {time.format(new Date(entry.created_at))}
      </p>
    </li>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
