import { Check } from "lucide-react";
import { useState } from "react";
import type { ModelParams, OfferedModel } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextAreaField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { type FormErrors, useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import {
  keyProblem,
  originOf,
  refusalOf,
  useDiscoverModels,
  useTestModelConfig,
} from "@/features/models/pages";
import { useTranslation } from "@/i18n";
import { GROUPS, type Group } from "./groups";
import { PRICES, priceError } from "./prices";
import { useCurrency, useSaveOffer } from "./queries";

type Values = Record<
  | "name"
  | "base_url"
  | "model"
  | "api_key"
  | "context_tokens"
  | "max_tokens"
  | "system_prompt"
  | (typeof PRICES)[number][0],
  string
>;

/** The fields that are not texts. */
interface Ticks {
  groups: readonly Group[];
  enabled: boolean;
  readsImages: boolean;
}

/**
 * Offers a model to users, or changes the one given. A change has only the fields that were changed: another
 * administrator may change others.
 */
export function OfferForm({ offer, onDone }: { offer: OfferedModel | null; onDone: () => void }) {
  const { t } = useTranslation();
  const save = useSaveOffer();
  const currency = useCurrency();
  const list = useDiscoverModels();
  const test = useTestModelConfig();
  const [forgets, setForgets] = useState(false);
  const [changedTicks, setChangedTicks] = useState<Partial<Ticks>>({});
  const ticks = { ...ticksOf(offer), ...changedTicks };
  const tick = (change: Partial<Ticks>) => setChangedTicks((before) => ({ ...before, ...change }));
  const setGroup = (group: Group, isTicked: boolean) =>
    tick({ groups: groupsIn((other) => (other === group ? isTicked : ticks.groups.includes(other))) });
  const form = useForm({
    initial: valuesOf(offer),
    validate: check,
    onChange: () => {
      if (save.isError) save.reset();
      test.reset();
      if (list.isError) list.reset();
    },
  });
  const refusal = refusalOf(t, save.error ?? test.error, form.values);
  const listRefusal = refusalOf(t, list.error, form.values);
  const errorOf = (name: keyof Values) => {
    const problem = form.errors[name];
    return problem ? t(problem) : (refusal.fields.get(name) ?? listRefusal.fields.get(name));
  };

  const submit = (values: Values) => {
    const key = values.api_key.trim();
    const request = requestOf(offer, values, ticks);
    const change = offer && {
      id: offer.id,
      ...differences(requestOf(offer, valuesOf(offer), ticksOf(offer)), request),
      ...(key && { api_key: key }),
      ...(forgets && { reset_learned: true }),
    };
    save.mutate(change ?? { ...request, api_key: key }, { onSuccess: onDone });
  };
  const { base_url, api_key } = form.values;
  // A stored key is sent to its own server only.
  const usesStoredKey = offer !== null && api_key.trim() === "" && base_url.trim() === offer.base_url;
  const hasKey = api_key.trim() !== "" || !offer || usesStoredKey;
  const keepsKey = offer !== null && originOf(base_url.trim()) === originOf(offer.base_url);
  return (
    <Form onSubmit={() => void form.submit(submit)} className="gap-4">
      <TextField
        label={t("admin.modelName")}
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
      <PasswordField
        label={t("models.apiKey")}
        autoComplete="off"
        placeholder="sk-…"
        hint={
          keepsKey && offer.api_key_hint ? t("models.apiKeyKept", { hint: offer.api_key_hint }) : undefined
        }
        {...form.field("api_key")}
        error={errorOf("api_key")}
      />
      <TextField
        label={t("models.model")}
        list="offered-model-ids"
        spellCheck={false}
        autoCapitalize="none"
        {...form.field("model")}
        error={errorOf("model")}
        hint={
          hasKey && base_url.trim() !== "" ? (
            <div className="flex flex-wrap items-center gap-2">
              <Button
                className="h-8"
                busy={list.isPending}
                onClick={() =>
                  list.mutate(
                    usesStoredKey
                      ? { id: offer.id, base_url: null, api_key: null }
                      : { id: null, base_url: base_url.trim(), api_key: api_key.trim() },
                  )
                }
              >
                {t("admin.listModels")}
              </Button>
              <span role="status">{list.data && t("admin.modelsListed", { count: list.data.length })}</span>
            </div>
          ) : undefined
        }
      />
      <datalist id="offered-model-ids">
        {list.data?.map(({ id }) => (
          <option key={id} value={id} />
        ))}
      </datalist>
      <ErrorNotice error={listRefusal.other} />
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1.5 text-sm font-medium">
          {[t("admin.prices"), currency && `(${currency})`].filter(Boolean).join(" ")}
        </legend>
        <div className="grid gap-4 sm:grid-cols-3">
          {PRICES.map(([name, label]) => (
            <TextField
              key={name}
              label={t(label)}
              inputMode="decimal"
              {...form.field(name)}
              error={errorOf(name)}
            />
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend className="mb-1.5 text-sm font-medium">{t("admin.offeredTo")}</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-1">
          <Tick
            checked={ticks.groups.length === 0}
            onChange={() => tick({ groups: [] })}
            label={t("admin.everybody")}
          />
          {GROUPS.map(([group, text]) => (
            <Tick
              key={group}
              checked={ticks.groups.includes(group)}
              onChange={(checked) => setGroup(group, checked)}
              label={t(text)}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t("admin.contextTokens")}
          inputMode="numeric"
          placeholder={t("models.default")}
          {...form.field("context_tokens")}
          error={errorOf("context_tokens")}
        />
        <TextField
          label={t("models.maxTokens")}
          inputMode="numeric"
          placeholder={t("models.default")}
          {...form.field("max_tokens")}
          error={errorOf("max_tokens")}
        />
      </div>
      <TextAreaField
        rows={2}
        label={t("models.systemPrompt")}
        {...form.field("system_prompt")}
        error={errorOf("system_prompt")}
      />
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        <Tick
          checked={ticks.readsImages}
          onChange={(readsImages) => tick({ readsImages })}
          label={t("admin.readsImages")}
        />
        <Tick
          checked={ticks.enabled}
          onChange={(enabled) => tick({ enabled })}
          label={t("admin.modelEnabled")}
        />
        {offer && <Tick checked={forgets} onChange={setForgets} label={t("admin.forgetLearned")} />}
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button
          busy={test.isPending}
          disabled={!hasKey}
          onClick={() =>
            void form.submit((values) => {
              const { base_url: url, model, params } = requestOf(offer, values, ticks);
              test.mutate(
                usesStoredKey
                  ? { id: offer.id, base_url: null, model, params, api_key: null }
                  : { id: null, base_url: url, model, params, api_key: values.api_key.trim() },
              );
            })
          }
        >
          {t("models.test")}
        </Button>
        <div role="status" className="min-w-0 flex-1 text-sm text-muted">
          {!hasKey && t("admin.testNeedsKey")}
          {test.data?.ok && (
            <span className="flex items-center gap-1.5 text-accent">
              <Check aria-hidden className="icon" />
              {t("models.testOk", { ms: test.data.latency_ms })}
            </span>
          )}
        </div>
      </div>
      <ErrorNotice error={test.data?.error} />
      <SaveActions saving={{ error: refusal.other, isPending: save.isPending }} onCancel={onDone} />
    </Form>
  );
}

function Tick({
  checked,
  onChange,
  label,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
}) {
  return (
    <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
      <input
        type="checkbox"
        checked={checked}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4 accent-accent"
      />
      {label}
    </label>
  );
}

function paramsOf(offer: OfferedModel | null): OfferedModel["params"] {
  return offer?.params ?? {};
}

const groupsIn = (isIn: (group: Group) => boolean) => GROUPS.map(([group]) => group).filter(isIn);

function ticksOf(offer: OfferedModel | null): Ticks {
  return {
    groups: groupsIn((group) => offer?.groups.includes(group) ?? false),
    enabled: offer?.enabled ?? true,
    readsImages: paramsOf(offer).image_delivery !== "none",
  };
}

/** The fields of a request, without the key. Parameters that the form does not show are those of `offer`. */
function requestOf(offer: OfferedModel | null, values: Values, { groups, enabled, readsImages }: Ticks) {
  const { max_tokens, system_prompt, image_delivery, ...others } = paramsOf(offer);
  const delivery = readsImages ? (image_delivery === "none" ? undefined : image_delivery) : "none";
  return {
    name: values.name.trim(),
    base_url: values.base_url.trim(),
    model: values.model.trim(),
    params: {
      ...others,
      ...(values.max_tokens.trim() && { max_tokens: Number(values.max_tokens) }),
      ...(values.system_prompt.trim() && { system_prompt: values.system_prompt }),
      ...(delivery && { image_delivery: delivery }),
    } satisfies ModelParams,
    groups: [...groups],
    price: {
      input: Number(values.input),
      cached_input: Number(values.cached_input),
      output: Number(values.output),
    },
    context_tokens: values.context_tokens.trim() ? Number(values.context_tokens) : null,
    enabled,
  };
}

/** The fields of `after` that are not as in `before`. */
function differences<Fields extends object>(before: Fields, after: Fields): Partial<Fields> {
  const texts = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => texts.get(name) !== JSON.stringify(value)),
  ) as Partial<Fields>;
}

function valuesOf(offer: OfferedModel | null): Values {
  const params = paramsOf(offer);
  return {
    name: offer?.name ?? "",
    base_url: offer?.base_url ?? "",
    model: offer?.model ?? "",
    api_key: "",
    input: String(offer?.price.input ?? 0),
    cached_input: String(offer?.price.cached_input ?? 0),
    output: String(offer?.price.output ?? 0),
    context_tokens: String(offer?.context_tokens ?? ""),
    max_tokens: String(params.max_tokens ?? ""),
    system_prompt: params.system_prompt ?? "",
  };
}

function check(values: Values): FormErrors<Values> {
  const errors: FormErrors<Values> = {};
  for (const name of ["name", "base_url", "model"] as const) {
    if (values[name].trim() === "") errors[name] = "models.required";
  }
  errors.api_key = keyProblem(values.api_key);
  for (const [name] of PRICES) {
    errors[name] = priceError(values[name]);
  }
  for (const name of ["context_tokens", "max_tokens"] as const) {
    if (values[name].trim() && !(Number.isInteger(Number(values[name])) && Number(values[name]) > 0)) {
      errors[name] = "admin.contextInvalid";
    }
  }
  return errors;
}
