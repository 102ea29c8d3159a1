// Forms that change one setting of the stage.
import type { ReactNode } from "react";
import type { StageSettings, StageSettingValues } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { SelectField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { type FieldProps, type FormErrors, useForm } from "@/components/form";
import { showToast } from "@/components/toasts";
import { type TextKey, useTranslation } from "@/i18n";
import { useSaveSetting } from "./queries";

type Name = keyof StageSettingValues;

interface SettingProps<N extends Name> {
  settings: StageSettings;
  name: N;
  hint?: string;
}

/** A setting that is one of several values. */
export function ChoiceSetting<N extends "registration" | "shares" | "verification" | "currency">({
  settings,
  name,
  hint,
  options,
}: SettingProps<N> & {
  options: readonly { value: StageSettingValues[N]; label: string; disabled?: boolean }[];
}) {
  const { t } = useTranslation();
  return (
    <SettingForm
      settings={settings}
      name={name}
      textsOf={(value) => ({ value })}
      errorOf={() => undefined}
      parse={({ value }) => value as StageSettingValues[N]}
      shown={(shown) => options.find(({ value }) => value === shown)?.label ?? shown}
    >
      {(field) => (
        <SelectField label={t(`admin.field_${name}`)} hint={hint} {...field("value")}>
          {options.map(({ value, label, disabled = false }) => (
            <option key={value} value={value} disabled={disabled}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
    </SettingForm>
  );
}

/** A setting of one or several numbers. A field whose `label` is null has the setting's. */
export function NumbersSetting<N extends Name, K extends string>({
  hint,
  fields,
  placeholder,
  inputMode = "numeric",
  ...form
}: SettingProps<N> & {
  fields: readonly { key: K; label: string | null }[];
  placeholder?: string;
  inputMode?: "numeric" | "decimal";
} & Conversions<N, K>) {
  const { t } = useTranslation();
  const title = t(`admin.field_${form.name}`);
  const isGroup = fields.length > 1;
  return (
    <SettingForm {...form}>
      {(field, errorOf) => {
        const controls = fields.map(({ key, label }) => (
          <TextField
            key={key}
            label={label ?? title}
            hint={isGroup ? undefined : hint}
            inputMode={inputMode}
            placeholder={placeholder}
            {...field(key)}
            error={errorOf(key)}
          />
        ));
        if (!isGroup) return controls;
        return (
          <fieldset>
            <legend className="mb-1.5 text-sm font-semibold">{title}</legend>
            <div className="grid gap-3 sm:grid-cols-3">{controls}</div>
            {hint && <p className="mt-1.5 text-xs text-muted">{hint}</p>}
          </fieldset>
        );
      }}
    </SettingForm>
  );
}

interface Conversions<N extends Name, K extends string> {
  textsOf: (value: StageSettingValues[N]) => Record<K, string>;
  errorOf: (text: string) => TextKey | undefined;
  parse: (texts: Record<K, string>) => StageSettingValues[N];
  /** The value as a text for people. */
  shown: (value: StageSettingValues[N]) => string;
}

/** The form of a setting: its fields, a button that saves them, and whether it has its default, with a way back to it. */
function SettingForm<N extends Name, K extends string>({
  settings,
  name,
  textsOf,
  errorOf,
  parse,
  shown,
  children,
}: Omit<SettingProps<N>, "hint"> &
  Conversions<N, K> & {
    children: (field: (key: K) => FieldProps, errorOf: (key: K) => string | undefined) => ReactNode;
  }) {
  const { t } = useTranslation();
  const save = useSaveSetting();
  const initial = textsOf(settings.values[name]);
  const keys = Object.keys(initial) as K[];
  const form = useForm<Record<string, string>>({
    initial,
    validate: (texts) =>
      Object.fromEntries(keys.map((key) => [key, errorOf(texts[key] ?? "")])) as FormErrors<
        Record<string, string>
      >,
  });
  const title = t(`admin.field_${name}`);
  const standard = settings.defaults[name];
  const isChanged = settings.changed.includes(name);
  const textsOfDefault = textsOf(standard);
  const isDefault = (texts: Record<string, string>) =>
    keys.every((key) => texts[key] === textsOfDefault[key]);
  const store = async (changes: Readonly<Record<string, string>>) => {
    const changeOf = ({ values }: StageSettings) => {
      const texts: Record<string, string> = { ...textsOf(values[name]), ...changes };
      // Null: the default, also when the environment has another one some day.
      return { [name]: isDefault(texts) ? null : parse(texts as Record<K, string>) };
    };
    await save.mutateAsync(changeOf, { onSuccess: () => showToast(t("admin.settingSaved")) });
    form.reset();
  };
  const submit = () => store(form.changes as Record<string, string>);
  const reset = async () => {
    await store(textsOfDefault);
    // The button disappears.
    if (keys[0] !== undefined) form.focus(keys[0]);
  };
  return (
    <Form className="gap-2 px-4 py-3" onSubmit={() => void form.submit(submit).catch(() => undefined)}>
      {children(
        (key) => form.field(key),
        (key) => form.errors[key] && t(form.errors[key]),
      )}
      <div className="flex items-center gap-3">
        <p className="flex flex-1 flex-wrap items-center gap-x-3 text-xs text-muted">
          {isChanged ? t("admin.settingChanged", { value: shown(standard) }) : t("admin.settingIsDefault")}
          {isChanged && (
            <button
              type="button"
              aria-label={`${t("admin.settingReset")}: ${title}`}
              className="min-h-6 text-accent underline pointer-coarse:min-h-11"
              onClick={() => void reset().catch(() => undefined)}
            >
              {t("admin.settingReset")}
            </button>
          )}
        </p>
        <Button
          type="submit"
          aria-label={`${t("action.save")}: ${title}`}
          busy={save.isPending}
          disabled={!form.dirty}
        >
          {t("action.save")}
        </Button>
      </div>
      <ErrorNotice error={save.error} />
    </Form>
  );
}
