// Provider presets: page for API keys, quirks, and required parameters.
import type { ModelParams } from "@/api/types";
import type { TextKey } from "@/i18n";
import type { Provider } from "./providers";

export interface Preset {
  /** Additional search terms, in lower case. */
  readonly aliases?: string;
  /** The page where API keys are created. */
  readonly keyUrl?: string;
  /** Runs on the user's own computer. */
  readonly isLocal?: true;
  readonly note?: TextKey;
  /** Its models, if the provider does not list them. */
  readonly models?: readonly string[];
  /** Parameters that its models need. */
  readonly params?: ModelParams;
}

// Ollama and LM Studio do not fetch images from a URL.
const INLINE_IMAGES: ModelParams = { image_delivery: "inline" };

/** Presets by provider id. */
const PRESETS: Readonly<Record<string, Preset>> = {
  openai: { aliases: "gpt chatgpt", keyUrl: "https://platform.openai.com/api-keys" },
  anthropic: { aliases: "claude", keyUrl: "https://platform.claude.com/settings/keys" },
  gemini: { aliases: "ai studio", keyUrl: "https://aistudio.google.com/apikey" },
  deepseek: { keyUrl: "https://platform.deepseek.com/api_keys" },
  qwen: {
    aliases: "dashscope bailian 百炼 阿里云 alibaba",
    keyUrl: "https://bailian.console.aliyun.com/?tab=model#/api-key",
    note: "providers.region",
  },
  kimi: {
    aliases: "moonshot",
    keyUrl: "https://platform.moonshot.cn/console/api-keys",
    note: "providers.region",
  },
  glm: {
    aliases: "zhipu bigmodel z.ai",
    keyUrl: "https://open.bigmodel.cn/usercenter/apikeys",
    note: "providers.region",
  },
  doubao: {
    aliases: "volcengine ark 火山方舟 字节",
    keyUrl: "https://console.volcengine.com/ark/region:ark+cn-beijing/apiKey",
    note: "providers.doubao",
  },
  hunyuan: { aliases: "tencent", keyUrl: "https://console.cloud.tencent.com/hunyuan/api-key" },
  qianfan: { aliases: "ernie 文心 baidu", keyUrl: "https://console.bce.baidu.com/iam/#/iam/apikey/list" },
  siliconflow: { keyUrl: "https://cloud.siliconflow.cn/account/ak", note: "providers.region" },
  openrouter: { keyUrl: "https://openrouter.ai/settings/keys" },
  azure: { aliases: "microsoft foundry", keyUrl: "https://portal.azure.com", note: "providers.azure" },
  groq: { keyUrl: "https://console.groq.com/keys" },
  mistral: { aliases: "la plateforme", keyUrl: "https://console.mistral.ai/api-keys" },
  xai: { aliases: "grok", keyUrl: "https://console.x.ai" },
  together: { keyUrl: "https://api.together.ai/settings/api-keys" },
  perplexity: {
    aliases: "sonar",
    keyUrl: "https://www.perplexity.ai/settings/api",
    note: "providers.perplexity",
    models: ["sonar", "sonar-pro", "sonar-reasoning-pro", "sonar-deep-research"],
  },
  ollama: { isLocal: true, params: INLINE_IMAGES },
  "lm-studio": { isLocal: true, params: INLINE_IMAGES },
  vllm: { isLocal: true },
  "llama.cpp": { aliases: "llamacpp", isLocal: true },
  litellm: { isLocal: true },
  "one-api": { aliases: "new-api newapi oneapi", isLocal: true },
};

export function presetOf({ id }: Provider): Preset {
  return PRESETS[id] ?? {};
}

/** Whether all words of a query occur in a provider's names or URL. */
export function isFoundBy(provider: Provider, query: string): boolean {
  const { id, name, baseUrl } = provider;
  const text = `${name} ${presetOf(provider).aliases ?? ""} ${id} ${baseUrl}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
