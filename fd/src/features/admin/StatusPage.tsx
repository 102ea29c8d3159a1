import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";

const REFRESH_MS = 30_000;

/** The state of the server: replies that have not ended, and failed ones by provider and code. */
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
              <div key={name}>
                <dt className="text-muted">{t(`admin.${name}`)}</dt>
                <dd
                  className={name === "stuck" && data.stuck > 0 ? "font-medium text-danger" : "font-medium"}
                >
                  {number.format(data[name])}
                </dd>
              </div>
            ))}
          </dl>
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
