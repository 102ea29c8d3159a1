import { Check } from "lucide-react";
import type { ReactNode } from "react";
import type { Learned, ModelConfig } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice, ErrorText } from "@/components/ErrorNotice";
import { CONTROL, Field, SelectField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { storeModelChoice } from "@/features/settings";
import { useTranslation } from "@/i18n";
import {
  type ConfigFormValues,
  checkConfig,
  fromFormValues,
  NUMBER_FIELDS,
  type NumberName,
  toFormValues,
} from "./config-form";
import {
  type ModelConfigChange,
  useOwnModelConfigs,
  useSaveModelConfig,
  useTestModelConfig,
} from "./queries";
import { refusalOf } from "./refusals";
import { originOf } from "./servers";

const LABELS = {
  temperature: "models.temperature",
  top_p: "models.topP",
  max_tokens: "models.maxTokens",
  context_messages: "models.contextMessages",
  presence_penalty: "models.presencePenalty",
  frequency_penalty: "models.frequencyPenalty",
  seed: "models.seed",
  idle_seconds: "models.idleSeconds",
} as const satisfies Record<NumberName, string>;

/** Suggested values; providers have others, so any text is accepted. */
const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** Adds a model config, or changes the one given. */
export function ConfigForm({ config, onDone }: { config: ModelConfig | null; onDone: () => void }) {
  const { t, language } = useTranslation();
  const isFirst = useOwnModelConfigs().data?.length === 0;
  const save = useSaveModelConfig();
  const test = useTestModelConfig();
  const form = useForm({
    initial: toFormValues(config),
    validate: checkConfig,
    onChange: () => {
      test.reset();
      // One that is being made still closes the form.
      if (!save.isPending) save.reset();
    },
  });

  const refusal = refusalOf(t, save.error ?? test.error, form.values);
  const showRefused = (error: unknown) => {
    // Unfolds the section of each; the first has the focus in the end.
    for (const name of [...refusalOf(t, error, form.values).fields.keys()].reverse()) form.focus(name);
  };
  const number = new Intl.NumberFormat(language);
  const shown = (limit: number | null | undefined) => (typeof limit === "number" ? number.format(limit) : "");
  const errorOf = (name: keyof typeof form.errors) => {
    const message = form.errors[name];
    if (message) {
      const field = NUMBER_FIELDS.find((candidate) => candidate.name === name);
      return t(message, { min: shown(field?.min), max: shown(field?.max) });
    }
    return refusal.fields.get(name);
  };
  // A stored key is only sent to its server; another one needs it entered again.
  const keepsKey = config !== null && originOf(form.values.base_url.trim()) === originOf(config.base_url);

  const submit = (values: ConfigFormValues) => {
    const { api_key, ...fields } = fromFormValues(values, config);
    const change = config && ({ id: config.id, ...fields, api_key } satisfies ModelConfigChange);
    save.mutate(change ?? { ...fields, api_key: api_key ?? "" }, {
      onSuccess: ({ id }) => {
        if (isFirst) storeModelChoice(id);
        onDone();
      },
      onError: showRefused,
    });
  };

  // The client does not have the stored key, so the test refers to the config unless a new key was entered.
  const runTest = (values: ConfigFormValues) => {
    const { base_url, model, params, api_key } = fromFormValues(values, config);
    test.mutate(
      { id: config?.id ?? null, base_url, model, params, api_key: api_key ?? (config ? null : "") },
      { onError: showRefused },
    );
  };

  const numberField = (name: NumberName) => {
    const field = NUMBER_FIELDS.find((candidate) => candidate.name === name);
    return (
      <TextField
        key={name}
        label={t(LABELS[name])}
        inputMode={field?.step === 1 ? "numeric" : "decimal"}
        placeholder={t("models.default")}
        {...form.field(name)}
        error={errorOf(name)}
      />
    );
  };
  const textArea = (name: keyof ConfigFormValues, label: string, hint?: string, code = true) => (
    <Field label={label} hint={hint} error={errorOf(name)}>
      {(control) => (
        <textarea
          rows={2}
          spellCheck={!code}
          {...form.field(name)}
          {...control}
          className={`${CONTROL} field-sizing-content max-h-60 min-h-16 resize-y py-2 ${code ? "font-mono" : ""}`}
        />
      )}
    </Field>
  );
  const choice = (name: "image_delivery" | "stream", label: string, options: Record<string, string>) => (
    <SelectField label={label} {...form.field(name)} error={errorOf(name)}>
      <option value="">{t("models.default")}</option>
      {Object.entries(options).map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </SelectField>
  );

  return (
    <Form onSubmit={() => void form.submit(submit)} className="gap-4">
      <TextField
        label={t("models.name")}
        placeholder={t("models.namePlaceholder")}
        maxLength={100}
        {...form.field("name")}
        error={errorOf("name")}
      />
      <TextField
        label={t("models.baseUrl")}
        type="url"
        inputMode="url"
        placeholder="https://api.example.com/v1"
        spellCheck={false}
        {...form.field("base_url")}
        error={errorOf("base_url")}
      />
      <TextField
        label={t("models.model")}
        placeholder="gpt-4.1-mini"
        spellCheck={false}
        autoCapitalize="none"
        {...form.field("model")}
        error={errorOf("model")}
      />
      <PasswordField
        label={t("models.apiKey")}
        autoComplete="off"
        placeholder="sk-…"
        hint={
          keepsKey && config.api_key_hint ? t("models.apiKeyKept", { hint: config.api_key_hint }) : undefined
        }
        {...form.field("api_key")}
        error={errorOf("api_key")}
      />
      <Section title={t("models.parameters")}>
        {textArea("system_prompt", t("models.systemPrompt"), undefined, false)}
        <div className="grid gap-4 sm:grid-cols-2">
          {(["temperature", "top_p", "max_tokens", "context_messages"] as const).map(numberField)}
          <TextField
            label={t("models.reasoningEffort")}
            placeholder={t("models.default")}
            list="reasoning-efforts"
            maxLength={32}
            spellCheck={false}
            autoCapitalize="none"
            {...form.field("reasoning_effort")}
            error={errorOf("reasoning_effort")}
          />
          <datalist id="reasoning-efforts">
            {EFFORTS.map((effort) => (
              <option key={effort} value={effort} />
            ))}
          </datalist>
          {numberField("seed")}
          {(["presence_penalty", "frequency_penalty"] as const).map(numberField)}
        </div>
        {textArea("stop", t("models.stop"), t("models.stopHint"))}
      </Section>
      <Section title={t("models.advanced")}>
        <div className="grid gap-4 sm:grid-cols-2">
          {choice("image_delivery", t("models.imageDelivery"), {
            url: t("models.imageUrl"),
            inline: t("models.imageInline"),
            none: t("models.imageNone"),
          })}
          {choice("stream", t("models.stream"), { off: t("models.streamOff") })}
          {numberField("idle_seconds")}
        </div>
        {textArea("extra_body", t("models.extraBody"), t("models.extraBodyHint"))}
        {textArea("headers", t("models.headers"), t("models.headersHint"))}
        {textArea("query", t("models.query"), t("models.queryHint"))}
      </Section>
      {config?.learned && <LearnedNotice id={config.id} learned={config.learned} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button busy={test.isPending} onClick={() => void form.submit(runTest)}>
          {t("models.test")}
        </Button>
        <div role="status" className="min-w-0 flex-1 text-sm empty:hidden">
          {test.data?.ok && <TestedWell ms={test.data.latency_ms} text={test.data.text ?? ""} />}
          {test.data?.error && (
            <div className="min-w-48 rounded-lg bg-danger-soft px-3 py-2">
              <ErrorText error={test.data.error} />
            </div>
          )}
        </div>
      </div>
      <SaveActions saving={{ error: refusal.other, isPending: save.isPending }} onCancel={onDone} />
    </Form>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="rounded-lg border border-line px-3 py-2">
      <summary className="cursor-pointer text-sm font-medium">{title}</summary>
      <div className="flex flex-col gap-4 py-3">{children}</div>
    </details>
  );
}

/** Result of a successful connection test: time to the first token, and the first words. */
function TestedWell({ ms, text }: { ms: number; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="flex min-w-0 items-start gap-1.5">
      <Check aria-hidden className="icon mt-px text-accent" />
      <div className="min-w-0">
        <span className="text-accent">{t("models.testOk", { ms })}</span>
        {text && (
          <q dir="auto" className="ms-2 wrap-anywhere text-muted">
            {text}
          </q>
        )}
      </div>
    </div>
  );
}

/** Settings learned from the provider's refusals, with a button to reset them. */
function LearnedNotice({ id, learned }: { id: string; learned: Learned }) {
  const { t } = useTranslation();
  const forget = useSaveModelConfig();
  const { omitted, max_completion_tokens: renamed, image_delivery: images } = learned;
  if (forget.isSuccess) return null;
  return (
    <div className="flex flex-col gap-2 rounded-lg bg-surface px-3.5 py-2.5 text-sm">
      <div className="font-medium">{t("models.learned")}</div>
      <ul className="list-disc ps-5 text-muted">
        {omitted?.length ? <li>{t("models.learnedOmitted", { names: omitted.join(", ") })}</li> : null}
        {renamed && <li>{t("models.learnedMaxTokens")}</li>}
        {images && (
          <li>{images === "none" ? t("models.learnedNoImages") : t("models.learnedInlineImages")}</li>
        )}
      </ul>
      <ErrorNotice error={forget.error} />
      <div>
        <Button
          className="h-8"
          busy={forget.isPending}
          onClick={() => forget.mutate({ id, reset_learned: true })}
        >
          {t("models.forget")}
        </Button>
      </div>
    </div>
  );
}
