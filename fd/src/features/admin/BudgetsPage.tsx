import { ErrorNotice } from "@/components/ErrorNotice";
import { currencyName } from "@/components/money";
import { Skeleton } from "@/components/Skeleton";
import { showToast } from "@/components/toasts";
import { useTranslation } from "@/i18n";
import { type Amounts, BudgetForm } from "./BudgetForm";
import { GROUPS, type Group } from "./groups";
import { useCurrency, useGroupBudgets, useSetGroupBudget } from "./queries";

/** The budgets of the groups; those of single users are changed on the page of users. */
export function BudgetsPage() {
  const { t, language } = useTranslation();
  const budgets = useGroupBudgets();
  const save = useSetGroupBudget();
  const currency = useCurrency();
  if (budgets.isPending) return <Skeleton className="h-40" />;
  const saveOf = (group: Group, changes: Partial<Amounts>) =>
    save.mutateAsync({ group, ...changes }, { onSuccess: () => showToast(t("admin.budgetSaved")) });
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        {t("admin.budgetsIntro")}{" "}
        {currency && t("admin.amountsIn", { currency: currencyName(language, currency) })}
      </p>
      <ErrorNotice error={budgets.error ?? save.error} />
      {GROUPS.map(([group, text]) => {
        const budget = budgets.data?.find((item) => item.group === group);
        if (!budget) return null;
        return (
          <section key={group} aria-label={t(text)} className="rounded-xl border border-line px-4 py-3">
            <h2 className="mb-3 text-sm font-semibold">{t(text)}</h2>
            <BudgetForm
              amounts={budget}
              empty={t("admin.budgetAny")}
              busy={save.isPending && save.variables.group === group}
              onSave={(changes) => saveOf(group, changes)}
            />
          </section>
        );
      })}
    </div>
  );
}
