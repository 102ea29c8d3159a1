import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { lastDays, periodOf, type Sums, TokensByDay, UsageTable } from "@/features/usage";
import { useTranslation } from "@/i18n";
import { useCurrency } from "./queries";

type By = "day" | "user" | "model";

/** Everybody's use of models: tokens by day, and sums by model and by user. */
export function UsageOfAllPage() {
  const { t } = useTranslation();
  const [count, setCount] = useState(30);
  const days = lastDays(count);
  return (
    <div className="flex flex-col gap-4">
      <label className="flex items-center gap-2 self-start text-sm">
        {t("admin.period")}
        <select
          value={count}
          onChange={({ target }) => setCount(Number(target.value))}
          className="h-9 rounded-lg border border-line bg-canvas px-2 text-sm pointer-coarse:h-11"
        >
          {[7, 30, 90, 365].map((value) => (
            <option key={value} value={value}>
              {t("admin.days", { count: value })}
            </option>
          ))}
        </select>
      </label>
      <ByDay days={days} />
      <SumsBy by="model" days={days} />
      <SumsBy by="user" days={days} />
    </div>
  );
}

function useSums(by: By, days: readonly string[]) {
  const query = { by, ...periodOf(days) };
  return useQuery({
    queryKey: ["admin", "usage", query],
    queryFn: async ({ signal }) => (await body(api.GET("/admin/usage", { params: { query }, signal }))).items,
    placeholderData: (previous) => previous,
  });
}

function ByDay({ days }: { days: readonly string[] }) {
  const sums = useSums("day", days);
  if (sums.isPending) return <Skeleton className="h-40" />;
  const byDay = new Map<string, Sums>(sums.data?.map((item) => [item.day ?? "", item]));
  return (
    <>
      <ErrorNotice error={sums.error} />
      <TokensByDay days={days} sums={byDay} />
    </>
  );
}

function SumsBy({ by, days }: { by: "user" | "model"; days: readonly string[] }) {
  const { t } = useTranslation();
  const sums = useSums(by, days);
  const currency = useCurrency();
  const heading = t(by === "user" ? "admin.users" : "usage.model");
  if (sums.isPending) return <Skeleton className="h-40" />;
  if (sums.data?.length === 0) return null;
  const nameOf = (model: string | null, source: string | null) =>
    source === "own" ? t("admin.ownModel", { model: model ?? "" }) : (model ?? "");
  const rows = sums.data?.map((item) => ({
    ...item,
    key: JSON.stringify([item.user_id, item.source, item.model]),
    name: item.email ?? nameOf(item.model, item.source),
  }));
  return (
    <>
      <ErrorNotice error={sums.error} />
      {rows && (
        <UsageTable heading={heading} rows={rows} currency={currency} fileName={`usage-by-${by}.csv`} />
      )}
    </>
  );
}
