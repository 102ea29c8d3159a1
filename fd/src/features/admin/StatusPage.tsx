import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, body } from "@/api/client";
import type { ServerStatus } from "@/api/types";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";

const REFRESH_MS = 30_000;
/** The sweep runs once a day. */
const SWEEP_LATE_MS = 26 * 60 * 60 * 1000;

/** The state of the server: replies that have not ended, the server itself, and failed replies by provider and code. */
export function StatusPage() {
  const { t, language } = useTranslation();
  const status = useQuery({
    queryKey: ["admin", "status"],
    queryFn: ({ signal }) => body(api.GET("/admin/status", { signal })),
    refetchInterval: REFRESH_MS,
  });
  const number = new Intl.NumberFormat(language);
  if (status.isPending) return <Skeleton className="h-40" />;
  const { data } = status;
  return (
    <div className="flex flex-col gap-4">
      <ErrorNotice error={status.error} />
      {data && (
        <>
          <dl className="grid grid-cols-2 gap-4 rounded-xl bg-surface px-4 py-3 text-sm sm:grid-cols-4">
            {(["streaming", "stuck", "waiting", "connections"] as const).map((name) => (
              <Fact key={name} name={t(`admin.${name}`)} isBad={name === "stuck" && data.stuck > 0}>
                {number.format(data[name])}
              </Fact>
            ))}
          </dl>
          <h2 className="text-base font-semibold">{t("admin.server")}</h2>
          <ServerFacts status={data} readAt={status.dataUpdatedAt} />
          <h2 className="text-base font-semibold">{t("admin.failures")}</h2>
          {data.failures.length === 0 && <p className="text-sm text-muted">{t("admin.noFailures")}</p>}
          <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
            {data.failures.map(({ provider, code, count }) => (
              <li key={`${provider} ${code}`} className="flex items-baseline gap-3 px-4 py-3 text-sm">
                <span className="min-w-0 flex-1 wrap-anywhere">
                  {provider === "own" ? t("admin.ownModels") : provider}
                  <span className="block text-xs text-muted">{t.find(`errors.${code}`) ?? code}</span>
                </span>
                <span className="font-medium tabular-nums">{number.format(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function ServerFacts({ status, readAt }: { status: ServerStatus; readAt: number }) {
  const { t, language } = useTranslation();
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const number = new Intl.NumberFormat(language);
  const { database_connections: now, max_database_connections: max, swept_at } = status;
  const { release, schema_revision: revision, newest_schema_revision: newest } = status;
  const isLate = swept_at === null || readAt - Date.parse(swept_at) > SWEEP_LATE_MS;
  return (
    <dl className="grid grid-cols-2 gap-4 rounded-xl bg-surface px-4 py-3 text-sm sm:grid-cols-4">
      {now !== null && max !== null && (
        <Fact name={t("admin.databaseConnections")} isBad={now > 0.8 * max}>
          {t("admin.nowOfMost", { now: number.format(now), max: number.format(max) })}
        </Fact>
      )}
      <Fact name={t("admin.lastSweep")} isBad={isLate}>
        {swept_at === null ? t("admin.never") : time.format(new Date(swept_at))}
      </Fact>
      {release !== null && <Fact name={t("admin.release")}>{release}</Fact>}
      <Fact name={t("admin.schema")} isBad={revision !== newest}>
        {revision === newest
          ? t("admin.schemaIsNewest", { revision: newest })
          : t("admin.schemaDiffers", { revision: revision ?? "–", newest })}
      </Fact>
    </dl>
  );
}

function Fact({ name, isBad = false, children }: { name: string; isBad?: boolean; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd className={isBad ? "font-medium wrap-anywhere text-danger" : "font-medium wrap-anywhere"}>
        {children}
      </dd>
    </div>
  );
}
