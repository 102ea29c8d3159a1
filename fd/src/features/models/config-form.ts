// The form of a model config: texts as they are typed, and the request they become.
import type { ModelConfig, ModelConfigCreate, ModelParams } from "@/api/types";
import type { FormErrors } from "@/components/form";
import type { TextKey } from "@/i18n";

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol } = new URL(value);
  return protocol === "http:" || protocol === "https:";
}

/** Number fields of the parameters with what the backend accepts. `step` 1 means whole numbers. */
export const NUMBER_FIELDS = [
  { name: "temperature", min: 0, max: 2, step: 0.1 },
  { name: "top_p", min: 0, max: 1, step: 0.05 },
  { name: "max_tokens", min: 1, max: null, step: 1 },
  { name: "context_messages", min: 1, max: null, step: 1 },
  { name: "presence_penalty", min: -2, max: 2, step: 0.1 },
  { name: "frequency_penalty", min: -2, max: 2, step: 0.1 },
  { name: "seed", min: 0, max: null, step: 1 },
] as const;

type NumberField = (typeof NUMBER_FIELDS)[number];
export type NumberName = NumberField["name"];

type TextName = "name" | "base_url" | "model" | "api_key" | "system_prompt" | "reasoning_effort";

export type ConfigFormValues = Record<TextName | NumberName, string>;

function numberProblem(text: string, { min, max, step }: NumberField): TextKey | undefined {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  const possible = Number.isFinite(value) && value >= min && (max === null || value <= max);
  if (step === 1) return possible && Number.isInteger(value) ? undefined : "models.invalidInteger";
  return possible ? undefined : "models.invalidNumber";
}

/** What is wrong, by field. The key may be empty: servers of one's own take none, and a stored one then stays. */
export function checkConfig(values: ConfigFormValues): FormErrors<ConfigFormValues> {
  const required = (text: string): TextKey | undefined =>
    text.trim() === "" ? "models.required" : undefined;
  return {
    name: required(values.name),
    base_url: isHttpUrl(values.base_url.trim()) ? undefined : "models.invalidUrl",
    model: required(values.model),
    ...(Object.fromEntries(
      NUMBER_FIELDS.map((field) => [field.name, numberProblem(values[field.name], field)]),
    ) as FormErrors<Record<NumberName, string>>),
  };
}

export function toFormValues(config: ModelConfig | null): ConfigFormValues {
  const params = (config?.params ?? {}) as ModelParams;
  const number = (name: NumberName) => params[name]?.toString() ?? "";
  return {
    name: config?.name ?? "",
    base_url: config?.base_url ?? "",
    model: config?.model ?? "",
    api_key: "",
    system_prompt: params.system_prompt ?? "",
    reasoning_effort: params.reasoning_effort ?? "",
    temperature: number("temperature"),
    top_p: number("top_p"),
    max_tokens: number("max_tokens"),
    context_messages: number("context_messages"),
    presence_penalty: number("presence_penalty"),
    frequency_penalty: number("frequency_penalty"),
    seed: number("seed"),
  };
}

/**
 * The request's fields; `api_key` is null where none was typed. Parameters that the form does not show (`stop`,
 * `extra_body`) stay as they were.
 */
export function fromFormValues(
  values: ConfigFormValues,
  before: ModelConfig | null,
): Omit<ModelConfigCreate, "api_key" | "params"> & { api_key: string | null; params: ModelParams } {
  const { name, base_url, model, api_key } = values;
  const params: Record<string, unknown> = { ...before?.params };
  const set = (key: keyof ModelParams, value: unknown) => {
    if (value === "") delete params[key];
    else params[key] = value;
  };
  set("system_prompt", values.system_prompt.trim());
  set("reasoning_effort", values.reasoning_effort);
  for (const field of NUMBER_FIELDS) {
    const text = values[field.name].trim();
    set(field.name, text === "" ? "" : Number(text));
  }
  return {
    name: name.trim(),
    base_url: base_url.trim(),
    model: model.trim(),
    params: params as ModelParams,
    api_key: api_key.trim() || null,
  };
}
