import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { BudgetLeft } from "./BudgetLeft";
import { lastDays, periodOf } from "./days";
import { addSums, type NamedSums, type Sums, TokensByDay, UsageTable } from "./UsageTable";

const DAYS = 30;

/** The settings page of one's own use of models in the last 30 days. */
export function UsagePage() {
  const { t } = useTranslation();
  const [days] = useState(() => lastDays(DAYS));
  const usage = useQuery({
    queryKey: ["usage", days[0]],
    queryFn: ({ signal }) => body(api.GET("/user/me/usage", { params: { query: periodOf(days) }, signal })),
  });
  const byDay = new Map<string, Sums>();
  const byModel = new Map<string, NamedSums>();
  for (const row of usage.data?.days ?? []) {
    byDay.set(row.day, addSums(byDay.get(row.day), row));
    const name = row.own ? t("usage.ownModel", { model: row.model }) : row.model;
    byModel.set(name, { key: name, name, ...addSums(byModel.get(name), row) });
  }
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("usage.intro")}</p>
      {usage.data?.budget && <BudgetLeft budget={usage.data.budget} currency={usage.data.currency} />}
      <ErrorNotice error={usage.error} />
      {usage.isPending && <Skeleton className="h-40" />}
      {usage.data?.days.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">{t("usage.empty")}</p>
      )}
      {byModel.size > 0 && (
        <>
          <TokensByDay days={days} sums={byDay} />
          <UsageTable
            heading={t("usage.model")}
            rows={[...byModel.values()]}
            currency={usage.data?.currency}
            fileName="usage.csv"
          />
        </>
      )}
    </div>
  );
}
