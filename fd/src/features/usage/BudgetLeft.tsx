import type { MyBudget } from "@/api/types";
import { moneyFormat } from "@/components/money";
import { useTranslation } from "@/i18n";

/** The budget that allows the least: how much is left of it, and when it resets. */
export function BudgetLeft({ budget, currency }: { budget: MyBudget; currency: string }) {
  const { t, language } = useTranslation();
  const money = moneyFormat(language, currency);
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const date = time.format(new Date(budget.resets_at));
  const left = Math.max(0, budget.limit - budget.used);
  const label = t(budget.period === "day" ? "usage.budgetDay" : "usage.budgetMonth");
  return (
    <section aria-label={label} className="rounded-xl bg-surface px-4 py-3 text-sm">
      <h2 className="font-medium">{label}</h2>
      <meter
        className="my-2 h-2 w-full"
        aria-label={label}
        min={0}
        max={Math.max(budget.limit, Number.MIN_VALUE)}
        value={left}
      />
      <p className={left > 0 ? "text-muted" : "text-danger"}>
        {left > 0
          ? t("usage.budgetLeft", { left: money.format(left), limit: money.format(budget.limit), date })
          : t("usage.budgetEnded", { date })}
      </p>
    </section>
  );
}
