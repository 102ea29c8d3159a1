import { Button } from "@/components/Button";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { type FormErrors, useForm } from "@/components/form";
import { useTranslation } from "@/i18n";

/** Money a day and a month; null: no limit of its own. */
export interface Amounts {
  day: number | null;
  month: number | null;
}

type Values = Record<keyof Amounts, string>;

const textOf = (amount: number | null) => (amount === null ? "" : String(amount));
const amountOf = (text: string) => (text.trim() === "" ? null : Number(text));

function check(values: Values): FormErrors<Values> {
  const wrong = (text: string) => !((amountOf(text) ?? 0) >= 0);
  return {
    day: wrong(values.day) ? "admin.budgetInvalid" : undefined,
    month: wrong(values.month) ? "admin.budgetInvalid" : undefined,
  };
}

/** A budget: two amounts and a button that saves those that were changed. `empty`: shown in empty fields. */
export function BudgetForm({
  amounts,
  empty,
  busy,
  onSave,
}: {
  amounts: Amounts;
  empty: string;
  busy: boolean;
  onSave: (changes: Partial<Amounts>) => Promise<unknown>;
}) {
  const { t } = useTranslation();
  const form = useForm<Values>({
    initial: { day: textOf(amounts.day), month: textOf(amounts.month) },
    validate: check,
  });
  const errorOf = (name: keyof Amounts) => form.errors[name] && t(form.errors[name]);
  const save = async () => {
    const { day, month } = form.changes;
    // Another administrator may have changed the other amount.
    await onSave({
      ...(day !== undefined && { day: amountOf(day) }),
      ...(month !== undefined && { month: amountOf(month) }),
    });
    form.reset();
  };
  return (
    <Form onSubmit={() => void form.submit(save).catch(() => undefined)}>
      <div className="flex flex-wrap items-start gap-3">
        {(["day", "month"] as const).map((name) => (
          <div key={name} className="min-w-36 flex-1">
            <TextField
              label={t(name === "day" ? "admin.budgetDay" : "admin.budgetMonth")}
              inputMode="decimal"
              placeholder={empty}
              {...form.field(name)}
              error={errorOf(name)}
            />
          </div>
        ))}
        <Button type="submit" className="mt-6.5 h-10" busy={busy} disabled={!form.dirty}>
          {t("action.save")}
        </Button>
      </div>
    </Form>
  );
}
