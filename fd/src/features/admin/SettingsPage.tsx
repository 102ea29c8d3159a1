import { type ReactNode, useState } from "react";
import type { StageSettings } from "@/api/types";
import { ErrorNotice } from "@/components/ErrorNotice";
import { currencyName, moneyFormat } from "@/components/money";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { GROUPS } from "./groups";
import { PRICES, priceError } from "./prices";
import { useStageSettings } from "./queries";
import { ChoiceSetting, NumbersSetting } from "./SettingForm";

/** The settings of the stage that can be changed at run time, each with a form of its own. */
export function SettingsPage() {
  const { t } = useTranslation();
  const settings = useStageSettings();
  if (settings.isPending) return <Skeleton className="h-40" />;
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-muted">{t("admin.settingsIntro")}</p>
      <ErrorNotice error={settings.error} />
      {settings.data && (
        <>
          <AccessSettings settings={settings.data} />
          <MoneySettings settings={settings.data} />
          <LimitSettings settings={settings.data} />
        </>
      )}
    </div>
  );
}

interface Props {
  settings: StageSettings;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="mb-3 text-base font-semibold">{title}</h2>
      <div className="divide-y divide-line rounded-xl border border-line">{children}</div>
    </section>
  );
}

function AccessSettings({ settings }: Props) {
  const { t } = useTranslation();
  return (
    <Section title={t("admin.settingsAccess")}>
      <ChoiceSetting
        settings={settings}
        name="registration"
        hint={t("admin.registrationHint")}
        options={(["open", "invite", "closed"] as const).map((value) => ({
          value,
          label: t(`admin.registration_${value}`),
        }))}
      />
      <ChoiceSetting
        settings={settings}
        name="shares"
        hint={settings.site_bucket ? t("admin.sharesHint") : t("admin.sharesNoBucket")}
        options={(["on", "off"] as const).map((value) => ({ value, label: t(`admin.shares_${value}`) }))}
      />
      <ChoiceSetting
        settings={settings}
        name="verification"
        hint={settings.mail ? t("admin.verificationHint") : t("admin.verificationNoMail")}
        options={(["off", "required"] as const).map((value) => ({
          value,
          label: t(`admin.verification_${value}`),
          disabled: value === "required" && !settings.mail,
        }))}
      />
    </Section>
  );
}

function MoneySettings({ settings }: Props) {
  const { t, language } = useTranslation();
  const [currencies] = useState(() => Intl.supportedValuesOf("currency"));
  const { currency } = settings.values;
  const known = currencies.includes(currency) ? currencies : [currency, ...currencies];
  const money = moneyFormat(language, currency, 6);
  return (
    <Section title={t("admin.settingsMoney")}>
      <ChoiceSetting
        settings={settings}
        name="currency"
        hint={t("admin.currencyHint")}
        options={known.map((value) => ({ value, label: currencyName(language, value) }))}
      />
      <NumbersSetting
        settings={settings}
        name="default_model_price"
        hint={t("admin.defaultPriceHint")}
        inputMode="decimal"
        fields={PRICES.map(([key, label]) => ({ key, label: t(label) }))}
        textsOf={(price) => ({
          input: String(price.input),
          cached_input: String(price.cached_input),
          output: String(price.output),
        })}
        errorOf={priceError}
        parse={(texts) => ({
          input: Number(texts.input),
          cached_input: Number(texts.cached_input),
          output: Number(texts.output),
        })}
        shown={(price) => PRICES.map(([key]) => money.format(price[key])).join(" / ")}
      />
    </Section>
  );
}

function LimitSettings({ settings }: Props) {
  const { t, language } = useTranslation();
  const number = new Intl.NumberFormat(language);
  const noLimit = t("admin.budgetAny");
  return (
    <Section title={t("admin.settingsLimits")}>
      <NumbersSetting
        settings={settings}
        name="default_model_turns_per_day"
        placeholder={noLimit}
        fields={GROUPS.map(([key, label]) => ({ key, label: t(label) }))}
        textsOf={(turns) => ({
          free: String(turns.free ?? ""),
          pro: String(turns.pro ?? ""),
          admin: String(turns.admin ?? ""),
        })}
        errorOf={(text) => (isCount(text, 0) || text.trim() === "" ? undefined : "admin.countOrNothing")}
        parse={(texts) =>
          Object.fromEntries(
            Object.entries(texts).flatMap(([group, text]) =>
              text.trim() === "" ? [] : [[group, Number(text)]],
            ),
          )
        }
        shown={(turns) =>
          GROUPS.map(([group, label]) => {
            const limit = turns[group];
            return `${t(label)} ${limit === undefined ? noLimit : number.format(limit)}`;
          }).join(" · ")
        }
      />
      <NumbersSetting
        settings={settings}
        name="default_model_turns_total"
        placeholder={noLimit}
        fields={ONLY}
        textsOf={(total) => ({ only: total === "none" ? "" : String(total) })}
        errorOf={(text) => (isCount(text, 0) || text.trim() === "" ? undefined : "admin.countOrNothing")}
        parse={({ only }) => (only.trim() === "" ? "none" : Number(only))}
        shown={(total) => (total === "none" ? noLimit : number.format(total))}
      />
      {COUNTS.map(([name, least]) => (
        <NumbersSetting
          key={name}
          settings={settings}
          name={name}
          fields={ONLY}
          textsOf={(count) => ({ only: String(count) })}
          errorOf={(text) => (isCount(text, least) ? undefined : "admin.countInvalid")}
          parse={({ only }) => Number(only)}
          shown={(count) => number.format(count)}
        />
      ))}
    </Section>
  );
}

// The field of a setting that is one number. Its label is that of the setting.
const ONLY = [{ key: "only", label: null }] as const;
// Settings that are one number, with the least that is allowed.
const COUNTS = [
  ["streams_per_user", 1],
  ["uploads_per_user_per_day", 0],
  ["files_per_user_per_day", 0],
] as const;

const isCount = (text: string, least: number) => /^\d{1,9}$/.test(text.trim()) && Number(text) >= least;
