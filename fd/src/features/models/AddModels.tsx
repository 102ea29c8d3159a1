import { ArrowLeft, ChevronRight, ExternalLink, Image, Plus, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { DiscoveredModel, ModelConfig, ModelParams } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { storeModelChoice } from "@/features/settings";
import { useTranslation } from "@/i18n";
import { isHttpUrl, keyProblem } from "./config-form";
import { shortened } from "./names";
import { isFoundBy, presetOf } from "./presets";
import { PROVIDERS, type Provider, providerName, providerOf } from "./providers";
import { useCreateModelConfigs, useDiscoverModels } from "./queries";
import { refusalOf } from "./refusals";
import { SearchableList } from "./SearchableList";
import { hostOf, originOf } from "./servers";

/** The server whose models are added. `key`: null to use that of a stored config. */
interface Target {
  readonly provider: Provider;
  readonly baseUrl: string;
  readonly key: string | null;
  /** A stored config of the same server, whose key is used. */
  readonly copyOf: ModelConfig | null;
  readonly models: readonly DiscoveredModel[];
}

type Step =
  | { name: "provider" }
  | { name: "server"; provider: Provider; baseUrl: string }
  | { name: "models"; target: Target };

/**
 * Adds models in three steps: provider, API key, and models from the provider's list. `server`: a config of the server to
 * start with; without it the user chooses a provider.
 */
export function AddModels({
  configs,
  limit,
  server = null,
  onByHand,
  onDone,
}: {
  configs: readonly ModelConfig[];
  /** The user's limit of configs; null: no limit. */
  limit: number | null;
  server?: ModelConfig | null;
  onByHand: () => void;
  onDone: () => void;
}) {
  const [step, setStep] = useState<Step>(() => (server ? atServer(server.base_url) : { name: "provider" }));
  switch (step.name) {
    case "provider":
      return (
        <ProviderStep
          onChoose={(provider) => setStep({ name: "server", provider, baseUrl: provider.baseUrl })}
          onByHand={onByHand}
        />
      );
    case "server":
      return (
        <ServerStep
          provider={step.provider}
          baseUrl={step.baseUrl}
          configs={configs}
          onBack={() => setStep({ name: "provider" })}
          onListed={(target) => setStep({ name: "models", target })}
        />
      );
    case "models":
      return (
        <ModelsStep
          target={step.target}
          configs={configs}
          limit={limit}
          onBack={() => setStep(atServer(step.target.baseUrl))}
          onDone={onDone}
        />
      );
  }
}

const OTHER = PROVIDERS.find(({ id }) => id === "other") as Provider;

function atServer(baseUrl: string): Step {
  return { name: "server", provider: providerOf(baseUrl) ?? OTHER, baseUrl };
}

function ProviderStep({
  onChoose,
  onByHand,
}: {
  onChoose: (provider: Provider) => void;
  onByHand: () => void;
}) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  // A custom server is always offered.
  const found = PROVIDERS.filter((provider) => provider.id === "other" || isFoundBy(provider, query));
  return (
    <div className="flex flex-col gap-3">
      <SearchableList label={t("models.searchProvider")} query={query} onQuery={setQuery}>
        {found.map((provider) => (
          <li key={provider.id}>
            <button
              type="button"
              onClick={() => onChoose(provider)}
              className="flex min-h-10 w-full items-center gap-3 rounded-lg px-2.5 text-start text-sm hover:bg-hover"
            >
              <span className="flex-none font-medium">{provider.name || t("models.otherProvider")}</span>
              <span className="min-w-0 flex-1 truncate text-end text-xs text-muted">
                {provider.id === "other" ? t("models.otherProviderHint") : hostOf(provider.baseUrl)}
              </span>
              <ChevronRight aria-hidden className="icon text-muted" />
            </button>
          </li>
        ))}
      </SearchableList>
      <div>
        <Button variant="quiet" className="-ms-2" onClick={onByHand}>
          {t("models.byHand")}
        </Button>
      </div>
    </div>
  );
}

function ServerStep({
  provider,
  baseUrl,
  configs,
  onBack,
  onListed,
}: {
  provider: Provider;
  baseUrl: string;
  configs: readonly ModelConfig[];
  onBack: () => void;
  onListed: (target: Target) => void;
}) {
  const { t } = useTranslation();
  const discover = useDiscoverModels();
  const form = useForm({
    initial: { base_url: baseUrl, api_key: "" },
    validate: ({ base_url, api_key }) => ({
      base_url: isHttpUrl(base_url.trim()) ? undefined : "models.invalidUrl",
      api_key: keyProblem(api_key),
    }),
    onChange: discover.reset,
  });
  const origin = originOf(form.values.base_url.trim());
  const stored = configs.find((config) => originOf(config.base_url) === origin) ?? null;
  const copyOf = form.values.api_key.trim() === "" ? stored : null;

  const target = (models: readonly DiscoveredModel[]): Target => ({
    provider,
    baseUrl: form.values.base_url.trim(),
    key: copyOf ? null : form.values.api_key.trim(),
    copyOf,
    models,
  });
  const list = () => {
    const { models } = presetOf(provider);
    if (models) {
      onListed(target(models.map((id) => ({ id }))));
      return;
    }
    const { key, baseUrl: base_url } = target([]);
    discover.mutate(copyOf ? { id: copyOf.id } : { base_url, api_key: key }, {
      onSuccess: (models) => onListed(target(models)),
    });
  };

  const refusal = refusalOf(t, discover.error, form.values);
  const errorOf = (name: keyof typeof form.values) => {
    const problem = form.errors[name];
    return problem ? t(problem) : refusal.fields.get(name);
  };
  const { isLocal, note, keyUrl } = presetOf(provider);
  const urls = [provider.baseUrl, ...(provider.otherUrls ?? [])];
  return (
    <Form onSubmit={() => void form.submit(list)} className="gap-4">
      <p className="text-sm font-medium">{provider.name || t("models.otherProvider")}</p>
      {isLocal && (
        <p className="flex gap-2.5 rounded-lg bg-surface px-3.5 py-2.5 text-sm">
          <TriangleAlert aria-hidden className="icon mt-px" />
          <span>{t("providers.local")}</span>
        </p>
      )}
      {note && <p className="text-sm text-muted">{t(note)}</p>}
      <TextField
        label={t("models.baseUrl")}
        type="url"
        inputMode="url"
        placeholder="https://api.example.com/v1"
        spellCheck={false}
        list={urls.length > 1 ? "provider-urls" : undefined}
        {...form.field("base_url")}
        error={errorOf("base_url")}
      />
      {urls.length > 1 && (
        <datalist id="provider-urls">
          {urls.map((url) => (
            <option key={url} value={url} />
          ))}
        </datalist>
      )}
      <PasswordField
        label={t("models.apiKey")}
        autoComplete="off"
        placeholder="sk-…"
        hint={
          stored?.api_key_hint ? (
            t("models.apiKeyKept", { hint: stored.api_key_hint })
          ) : keyUrl ? (
            <a
              href={keyUrl}
              target="_blank"
              rel="noopener noreferrer"
              className="inline-flex items-center gap-1 text-accent underline-offset-2 hover:underline"
            >
              {t("models.getKey", { host: hostOf(keyUrl) })}
              <ExternalLink aria-hidden className="size-3.5" />
            </a>
          ) : (
            t("models.keyOptional")
          )
        }
        {...form.field("api_key")}
        error={errorOf("api_key")}
      />
      <ErrorNotice error={refusal.other}>
        <Button onClick={() => onListed(target([]))}>{t("models.typeIds")}</Button>
      </ErrorNotice>
      <div className="flex justify-between gap-2">
        <BackButton onClick={onBack} />
        <Button type="submit" variant="primary" busy={discover.isPending}>
          {t("models.list")}
        </Button>
      </div>
    </Form>
  );
}

function BackButton({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button variant="quiet" className="-ms-2" onClick={onClick}>
      <ArrowLeft aria-hidden className="icon" />
      {t("action.back")}
    </Button>
  );
}

/** Models that cannot chat, by their id, are listed last. */
const NO_CHAT = /embed|whisper|tts|dall-e|moderation|rerank|transcribe|image|video|speech|ocr/i;
const MOST_AT_ONCE = 50;

function ModelsStep({
  target,
  configs,
  limit,
  onBack,
  onDone,
}: {
  target: Target;
  configs: readonly ModelConfig[];
  limit: number | null;
  onBack: () => void;
  onDone: () => void;
}) {
  const { t, language } = useTranslation();
  const create = useCreateModelConfigs();
  const [query, setQuery] = useState("");
  const [typed, setTyped] = useState<readonly DiscoveredModel[]>([]);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());

  const origin = originOf(target.baseUrl);
  const added = new Set(
    configs.filter(({ base_url }) => originOf(base_url) === origin).map(({ model }) => model),
  );
  const words = query.toLowerCase().split(/\s+/);
  const listed = [...target.models].sort((a, b) => Number(NO_CHAT.test(a.id)) - Number(NO_CHAT.test(b.id)));
  const models = [...typed, ...listed];
  const found = models.filter(({ id }) => words.every((word) => id.toLowerCase().includes(word)));
  const wanted = query.trim();
  const isNew = wanted !== "" && models.every(({ id }) => id !== wanted);
  const remaining = limit === null ? MOST_AT_ONCE : Math.min(MOST_AT_ONCE, limit - configs.length);
  const tooMany = selection.size > remaining;

  const toggle = (id: string) => {
    const next = new Set(selection);
    if (!next.delete(id)) next.add(id);
    setSelection(next);
  };
  const addTyped = () => {
    setTyped([{ id: wanted }, ...typed]);
    toggle(wanted);
    setQuery("");
  };
  const save = () => {
    // The server may require headers and query parameters, so their stored values are copied.
    const { headers, query: parameters } = (target.copyOf?.params ?? {}) as ModelParams;
    const params: ModelParams = {
      ...presetOf(target.provider).params,
      ...(headers ? { headers } : {}),
      ...(parameters ? { query: parameters } : {}),
    };
    create.mutate(
      {
        base_url: target.baseUrl,
        ...(target.copyOf ? { copy_of: target.copyOf.id } : { api_key: target.key }),
        configs: models
          .filter(({ id }) => selection.has(id))
          .map(({ id }) => ({ name: nameOf(id), model: id, params })),
      },
      {
        onSuccess: ([first]) => {
          if (configs.length === 0 && first) storeModelChoice(first.id);
          onDone();
        },
      },
    );
  };

  const compact = new Intl.NumberFormat(language, { notation: "compact" });
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">
        {t("models.chooseModels", { provider: providerName(target.baseUrl) })}
      </p>
      <SearchableList label={t("models.searchModel")} query={query} onQuery={setQuery}>
        {found.map(({ id, context_window, input }) => (
          <li key={id}>
            <label className="flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-2.5 text-sm hover:bg-hover has-disabled:cursor-default has-disabled:opacity-60">
              <input
                type="checkbox"
                checked={selection.has(id)}
                disabled={added.has(id)}
                onChange={() => toggle(id)}
                className="size-4 flex-none accent-accent"
              />
              <span className="min-w-0 flex-1 truncate">{id}</span>
              <span className="flex flex-none items-center gap-2 text-xs text-muted">
                {added.has(id) && t("models.alreadyAdded")}
                {input?.includes("image") && (
                  <Image aria-label={t("models.takesImages")} className="size-4" />
                )}
                {context_window ? (
                  <span title={t("models.contextWindow", { count: context_window })}>
                    {compact.format(context_window)}
                  </span>
                ) : null}
              </span>
            </label>
          </li>
        ))}
        {isNew && (
          <li>
            <button
              type="button"
              onClick={addTyped}
              className="flex min-h-10 w-full items-center gap-3 rounded-lg px-2.5 text-start text-sm hover:bg-hover"
            >
              <Plus aria-hidden className="icon text-muted" />
              <span className="min-w-0 truncate">{t("models.addTyped", { model: wanted })}</span>
            </button>
          </li>
        )}
        {models.length === 0 && !isNew && (
          <li className="px-2.5 py-3 text-sm text-muted">{t("models.noneListed")}</li>
        )}
      </SearchableList>
      <ErrorNotice error={create.error} />
      {tooMany && (
        <p role="status" className="text-sm text-danger">
          {t("models.tooManySelected", { count: Math.max(remaining, 0) })}
        </p>
      )}
      <div className="flex justify-between gap-2">
        <BackButton onClick={onBack} />
        <Button
          variant="primary"
          disabled={selection.size === 0 || tooMany}
          busy={create.isPending}
          onClick={save}
        >
          {t("models.addSelected", { count: selection.size })}
        </Button>
      </div>
    </div>
  );
}

const MAX_NAME = 100;

/** The model's name: Google's ids have the collection as a prefix. */
function nameOf(id: string): string {
  return shortened(id.replace(/^models\//, ""), MAX_NAME);
}
