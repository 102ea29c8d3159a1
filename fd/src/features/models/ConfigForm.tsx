import { ApiError, errorFromMessage } from "@/api/errors";
import type { ModelConfig, ModelConfigCreate, ModelConfigUpdate } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice, ErrorText } from "@/components/ErrorNotice";
import { CONTROL, Field, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
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
import { useModelConfigs, useSaveModelConfig, useTestModelConfig } from "./queries";

const LABELS = {
  temperature: "models.temperature",
  top_p: "models.topP",
  max_tokens: "models.maxTokens",
  context_messages: "models.contextMessages",
  presence_penalty: "models.presencePenalty",
  frequency_penalty: "models.frequencyPenalty",
  seed: "models.seed",
} as const satisfies Record<NumberName, string>;

const EFFORTS = ["minimal", "low", "medium", "high"] as const;

/** Adds a model config, or changes the one given. */
export function ConfigForm({ config, onDone }: { config: ModelConfig | null; onDone: () => void }) {
  const { t } = useTranslation();
  const isFirst = useModelConfigs().data?.length === 0;
  const save = useSaveModelConfig();
  const test = useTestModelConfig();
  const form = useForm({ initial: toFormValues(config), validate: checkConfig });

  const errorOf = (name: keyof typeof form.errors) => {
    const message = form.errors[name];
    if (!message) return undefined;
    const field = NUMBER_FIELDS.find((candidate) => candidate.name === name);
    return t(message, { min: field?.min ?? "", max: field?.max ?? "" });
  };

  // A stored key stays with the server it was given for; another server needs it typed again.
  const failure = save.error ?? test.error;
  const keyNeeded = failure instanceof ApiError && failure.details.some(({ field }) => field === "api_key");

  const submit = (values: ConfigFormValues) => {
    const { name, base_url, model, params, api_key } = fromFormValues(values, config);
    const request = config
      ? ({ id: config.id, name, base_url, model, params, api_key } satisfies ModelConfigUpdate)
      : ({ name, base_url, model, params, api_key: api_key ?? "" } satisfies ModelConfigCreate);
    save.mutate(request, {
      onSuccess: ({ id }) => {
        if (isFirst) storeModelChoice(id);
        onDone();
      },
    });
  };

  // A stored key is not known here, so the test names the config unless a new key was typed.
  const runTest = (values: ConfigFormValues) => {
    const { base_url, model, api_key } = fromFormValues(values, config);
    test.mutate({ id: config?.id ?? null, base_url, model, api_key: api_key ?? (config ? null : "") });
  };

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
        hint={config?.api_key_hint ? t("models.apiKeyKept", { hint: config.api_key_hint }) : undefined}
        {...form.field("api_key")}
        error={errorOf("api_key") ?? (keyNeeded ? t("models.apiKeyNeeded") : undefined)}
      />
      <details className="group rounded-lg border border-line px-3 py-2">
        <summary className="cursor-pointer text-sm font-medium">{t("models.advanced")}</summary>
        <div className="flex flex-col gap-4 py-3">
          <Field label={t("models.systemPrompt")}>
            {(control) => (
              <textarea
                rows={3}
                {...form.field("system_prompt")}
                {...control}
                className={`${CONTROL} field-sizing-content max-h-60 min-h-20 resize-y py-2`}
              />
            )}
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            {NUMBER_FIELDS.map(({ name, step }) => (
              <TextField
                key={name}
                label={t(LABELS[name])}
                inputMode={step === 1 ? "numeric" : "decimal"}
                placeholder={t("models.default")}
                {...form.field(name)}
                error={errorOf(name)}
              />
            ))}
            <Field label={t("models.reasoningEffort")}>
              {(control) => (
                <select {...form.field("reasoning_effort")} {...control} className={`${CONTROL} h-10`}>
                  <option value="">{t("models.default")}</option>
                  {EFFORTS.map((effort) => (
                    <option key={effort}>{effort}</option>
                  ))}
                </select>
              )}
            </Field>
          </div>
        </div>
      </details>
      <ErrorNotice error={keyNeeded ? null : failure} />
      <div className="flex flex-wrap items-center gap-2">
        <Button busy={test.isPending} onClick={() => void form.submit(runTest)}>
          {t("models.test")}
        </Button>
        <span className="ms-auto flex gap-2">
          <Button onClick={onDone}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("action.save")}
          </Button>
        </span>
      </div>
      <div role="status" className="text-sm empty:hidden">
        {test.data?.ok && (
          <span className="text-accent">{t("models.testOk", { ms: test.data.latency_ms })}</span>
        )}
        {test.data?.error && (
          <div className="text-danger">
            <ErrorText error={errorFromMessage(test.data.error, test.submittedAt)} />
          </div>
        )}
      </div>
    </Form>
  );
}
