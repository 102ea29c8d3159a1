// The form of a model config: texts as they are typed, and the request they become.
import * as z from "zod/mini";
import type { ModelConfig, ModelConfigCreate, ModelParams } from "@/api/types";

const required = z.string().check(z.trim(), z.minLength(1, { error: "models.required" }));

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

function optionalNumber({ min, max, step }: NumberField) {
  const error = step === 1 ? "models.invalidInteger" : "models.invalidNumber";
  return z.string().check(
    z.refine(
      (text) => {
        if (text.trim() === "") return true;
        const value = Number(text);
        if (!Number.isFinite(value) || value < min || (max !== null && value > max)) return false;
        return step !== 1 || Number.isInteger(value);
      },
      { error },
    ),
  );
}

const [temperature, topP, maxTokens, contextMessages, presencePenalty, frequencyPenalty, seed] =
  NUMBER_FIELDS;

export const configSchema = z.object({
  name: required,
  base_url: z.string().check(z.trim(), z.refine(isHttpUrl, { error: "models.invalidUrl" })),
  model: required,
  // Servers of one's own may take none; an empty one leaves a stored key as it is.
  api_key: z.string(),
  system_prompt: z.string(),
  reasoning_effort: z.string(),
  temperature: optionalNumber(temperature),
  top_p: optionalNumber(topP),
  max_tokens: optionalNumber(maxTokens),
  context_messages: optionalNumber(contextMessages),
  presence_penalty: optionalNumber(presencePenalty),
  frequency_penalty: optionalNumber(frequencyPenalty),
  seed: optionalNumber(seed),
});

export type ConfigFormValues = z.infer<typeof configSchema>;
export type ConfigMessage =
  | "models.required"
  | "models.invalidUrl"
  | "models.invalidNumber"
  | "models.invalidInteger";

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

/** The request's fields. Parameters that the form does not show (`stop`, `extra_body`) stay as they were. */
export function fromFormValues(
  values: ConfigFormValues,
  before: ModelConfig | null,
): Omit<ModelConfigCreate, "api_key"> & { api_key?: string } {
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
    ...(api_key.trim() ? { api_key: api_key.trim() } : {}),
  };
}
