// Form values of a model config: validation, and conversion to and from a request.
import type { ModelConfig, ModelParams } from "@/api/types";
import type { FormErrors } from "@/components/form";
import { parseObject } from "@/components/json-object";
import type { TextKey } from "@/i18n";

export function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol } = new URL(value);
  return protocol === "http:" || protocol === "https:";
}

/** The backend's rule of API keys (`ApiKey` in `shared/llm/params.py`): visible ASCII characters, or nothing. */
export function keyProblem(text: string): TextKey | undefined {
  return /^[!-~]*$/.test(text.trim()) ? undefined : "models.invalidKey";
}

/** Number parameters with the backend's limits. `step` 1: whole numbers only. */
export const NUMBER_FIELDS = [
  { name: "temperature", min: 0, max: 2, step: 0.1 },
  { name: "top_p", min: 0, max: 1, step: 0.05 },
  { name: "max_tokens", min: 1, max: 10_000_000, step: 1 },
  { name: "context_messages", min: 1, max: 1000, step: 1 },
  { name: "presence_penalty", min: -2, max: 2, step: 0.1 },
  { name: "frequency_penalty", min: -2, max: 2, step: 0.1 },
  { name: "seed", min: 0, max: null, step: 1 },
  { name: "idle_seconds", min: 30, max: 600, step: 1 },
] as const;

type NumberField = (typeof NUMBER_FIELDS)[number];
export type NumberName = NumberField["name"];

type TextName =
  | "name"
  | "base_url"
  | "model"
  | "api_key"
  | "system_prompt"
  | "reasoning_effort"
  | "stop"
  | "extra_body"
  | "headers"
  | "query"
  | "image_delivery"
  | "stream";

export type ConfigFormValues = Record<TextName | NumberName, string>;

const MAX_STOPS = 16;
const MAX_PAIRS = 10;

function numberProblem(text: string, { min, max, step }: NumberField): TextKey | undefined {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  if (step === 1 && !Number.isInteger(value)) return "models.invalidInteger";
  if (Number.isFinite(value) && value >= min && (max === null || value <= max)) return undefined;
  return max === null ? "models.invalidInteger" : "models.invalidNumber";
}

/** Errors by field. The key may be empty: custom servers may need none, and a stored key is then kept. */
export function checkConfig(values: ConfigFormValues): FormErrors<ConfigFormValues> {
  const required = (text: string): TextKey | undefined =>
    text.trim() === "" ? "models.required" : undefined;
  return {
    name: required(values.name),
    base_url: isHttpUrl(values.base_url.trim()) ? undefined : "models.invalidUrl",
    model: required(values.model),
    api_key: keyProblem(values.api_key),
    stop: linesOf(values.stop).length > MAX_STOPS ? "models.tooManyStops" : undefined,
    extra_body:
      values.extra_body.trim() === "" || parseObject(values.extra_body) ? undefined : "models.invalidJson",
    headers: pairsProblem(values.headers, ":", "models.invalidHeaders"),
    query: pairsProblem(values.query, "=", "models.invalidQuery"),
    ...(Object.fromEntries(
      NUMBER_FIELDS.map((field) => [field.name, numberProblem(values[field.name], field)]),
    ) as FormErrors<Record<NumberName, string>>),
  };
}

/** Non-empty lines, untrimmed: spaces are part of a stop sequence. */
function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/**
 * Parses lines of name and value to an object. A name alone has the value null, which keeps the stored value. Returns
 * null when a line has no name, or a name occurs twice.
 */
function parsePairs(text: string, separator: string): Record<string, string | null> | null {
  const pairs = new Map<string, string | null>();
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const [name = "", ...rest] = line.split(separator);
    const key = name.trim();
    if (key === "" || pairs.has(key)) return null;
    pairs.set(key, rest.join(separator).trim() || null);
  }
  return Object.fromEntries(pairs);
}

function pairsProblem(text: string, separator: string, problem: TextKey): TextKey | undefined {
  const pairs = parsePairs(text, separator);
  return pairs && Object.keys(pairs).length <= MAX_PAIRS ? undefined : problem;
}

/** Stored values are secret and never returned, so their lines have only the name. */
function pairsText(
  pairs: Readonly<Record<string, string | null>> | null | undefined,
  separator: string,
): string {
  return Object.entries(pairs ?? {})
    .map(([name, value]) => (value === null ? name : `${name}${separator}${value}`))
    .join("\n");
}

export function toFormValues(config: ModelConfig | null): ConfigFormValues {
  const params = (config?.params ?? {}) as ModelParams;
  const number = (name: NumberName) => params[name]?.toString() ?? "";
  const { stop } = params;
  return {
    name: config?.name ?? "",
    base_url: config?.base_url ?? "",
    model: config?.model ?? "",
    api_key: "",
    system_prompt: params.system_prompt ?? "",
    reasoning_effort: params.reasoning_effort ?? "",
    stop: typeof stop === "string" ? stop : (stop ?? []).join("\n"),
    extra_body: params.extra_body ? JSON.stringify(params.extra_body, null, 2) : "",
    headers: pairsText(params.headers, ": "),
    query: pairsText(params.query, "="),
    image_delivery: params.image_delivery ?? "",
    stream: params.stream ?? "",
    ...(Object.fromEntries(NUMBER_FIELDS.map(({ name }) => [name, number(name)])) as Record<
      NumberName,
      string
    >),
  };
}

/** The config fields of a request; `api_key` is null if none was entered. */
export interface ConfigFields {
  name: string;
  base_url: string;
  model: string;
  api_key: string | null;
  params: ModelParams;
}

/** Parameters that this form does not show, set by a newer version, are kept. */
export function fromFormValues(values: ConfigFormValues, before: ModelConfig | null): ConfigFields {
  const { name, base_url, model, api_key } = values;
  const params: Record<string, unknown> = { ...before?.params };
  const set = (key: keyof ModelParams, value: unknown) => {
    const empty = value === "" || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
    if (empty) delete params[key];
    else params[key] = value;
  };
  set("system_prompt", values.system_prompt.trim());
  set("reasoning_effort", values.reasoning_effort.trim());
  set("stop", linesOf(values.stop));
  set("extra_body", parseObject(values.extra_body) ?? {});
  set("headers", parsePairs(values.headers, ":") ?? {});
  set("query", parsePairs(values.query, "=") ?? {});
  set("image_delivery", values.image_delivery);
  set("stream", values.stream);
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
