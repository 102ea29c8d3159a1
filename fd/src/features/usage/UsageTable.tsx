import { Download } from "lucide-react";
import { BarChart } from "@/components/BarChart";
import { Button } from "@/components/Button";
import { csv } from "@/components/csv";
import { download } from "@/components/download";
import { moneyFormat } from "@/components/money";
import { useTranslation } from "@/i18n";

/** Sums of the use of models; the prompt's tokens include the cached ones. */
export interface Sums {
  turns: number;
  prompt_tokens: number;
  cached_tokens: number;
  completion_tokens: number;
  cost: number;
}

export interface NamedSums extends Sums {
  /** Unique; several models may have one name. */
  key: string;
  name: string;
}

/** The tokens by day as a chart. `days`: every day of the period, oldest first. */
export function TokensByDay({ days, sums }: { days: readonly string[]; sums: ReadonlyMap<string, Sums> }) {
  const { t, language } = useTranslation();
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const number = new Intl.NumberFormat(language);
  const shown = (day: string | undefined) => (day === undefined ? "" : date.format(new Date(day)));
  return (
    <BarChart
      title={t("usage.tokensByDay")}
      first={shown(days[0])}
      last={shown(days.at(-1))}
      bars={days.map((day) => {
        const found = sums.get(day);
        const value = found ? found.prompt_tokens + found.completion_tokens : 0;
        return { label: shown(day), value, text: number.format(value) };
      })}
    />
  );
}

/** Sums as a table, with a button that saves them as a file. */
export function UsageTable({
  heading,
  rows,
  currency,
  fileName,
}: {
  heading: string;
  rows: readonly NamedSums[];
  /** Currency of the costs (ISO 4217); undefined before it is known. */
  currency: string | undefined;
  fileName: string;
}) {
  const { t, language } = useTranslation();
  const number = new Intl.NumberFormat(language);
  const money = moneyFormat(language, currency, 4);
  const withCost = rows.some(({ cost }) => cost > 0);
  const columns = [
    ["turns", t("usage.turns")],
    ["prompt_tokens", t("usage.promptTokens")],
    ["cached_tokens", t("usage.cachedTokens")],
    ["completion_tokens", t("usage.completionTokens")],
    ...(withCost ? [["cost", t("usage.cost")] as const] : []),
  ] as const;
  const save = () => {
    const table = rows.map((row) => [row.name, ...columns.map(([key]) => row[key])]);
    const labels = columns.map(([key, label]) =>
      key === "cost" && currency ? `${label} (${currency})` : label,
    );
    const text = csv([heading, ...labels], table);
    // The mark makes spreadsheets read UTF-8.
    download(new File([`\uFEFF${text}`], fileName, { type: "text/csv" }));
  };
  return (
    <div className="flex flex-col gap-3">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways has to be reachable by keyboard */}
      <section tabIndex={0} aria-label={heading} className="overflow-x-auto rounded-xl border border-line">
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-muted">
              <th scope="col" className="px-4 py-2 text-start font-medium">
                {heading}
              </th>
              {columns.map(([key, label]) => (
                <th key={key} scope="col" className="px-4 py-2 text-end font-medium whitespace-nowrap">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {rows.map((row) => (
              <tr key={row.key}>
                <th scope="row" dir="auto" className="px-4 py-2 text-start font-normal wrap-anywhere">
                  {row.name}
                </th>
                {columns.map(([key]) => (
                  <td key={key} className="px-4 py-2 text-end tabular-nums">
                    {(key === "cost" ? money : number).format(row[key])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Button className="self-start" onClick={save}>
        <Download aria-hidden className="icon" />
        {t("usage.csv")}
      </Button>
    </div>
  );
}

/** The sums of several rows. */
export function addSums(one: Sums | undefined, other: Sums): Sums {
  if (!one) return other;
  return {
    turns: one.turns + other.turns,
    prompt_tokens: one.prompt_tokens + other.prompt_tokens,
    cached_tokens: one.cached_tokens + other.cached_tokens,
    completion_tokens: one.completion_tokens + other.completion_tokens,
    cost: one.cost + other.cost,
  };
}
