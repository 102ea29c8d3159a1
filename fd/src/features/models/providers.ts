// Known providers of OpenAI-compatible APIs: maps base URLs to brand names.

export interface Provider {
  readonly id: string;
  /** Brand name, with the Chinese one if it exists. Empty for a custom server. */
  readonly name: string;
  readonly baseUrl: string;
  /** Base URLs of the same API in other regions. */
  readonly otherUrls?: readonly string[];
  /** Further hosts of this provider. */
  readonly hosts?: RegExp;
}

export const PROVIDERS: readonly Provider[] = [
  { id: "openai", name: "OpenAI", baseUrl: "https://api.openai.com/v1" },
  { id: "anthropic", name: "Anthropic", baseUrl: "https://api.anthropic.com/v1" },
  { id: "gemini", name: "Google Gemini", baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai" },
  { id: "deepseek", name: "DeepSeek 深度求索", baseUrl: "https://api.deepseek.com/v1" },
  {
    id: "qwen",
    name: "Qwen 通义千问",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    otherUrls: ["https://dashscope-intl.aliyuncs.com/compatible-mode/v1"],
  },
  {
    id: "kimi",
    name: "Kimi 月之暗面",
    baseUrl: "https://api.moonshot.cn/v1",
    otherUrls: ["https://api.moonshot.ai/v1"],
  },
  {
    id: "glm",
    name: "GLM 智谱",
    baseUrl: "https://open.bigmodel.cn/api/paas/v4",
    otherUrls: ["https://api.z.ai/api/paas/v4"],
  },
  { id: "doubao", name: "Doubao 豆包", baseUrl: "https://ark.cn-beijing.volces.com/api/v3" },
  { id: "hunyuan", name: "Hunyuan 腾讯混元", baseUrl: "https://api.hunyuan.cloud.tencent.com/v1" },
  { id: "qianfan", name: "Qianfan 百度千帆", baseUrl: "https://qianfan.baidubce.com/v2" },
  {
    id: "siliconflow",
    name: "SiliconFlow 硅基流动",
    baseUrl: "https://api.siliconflow.cn/v1",
    otherUrls: ["https://api.siliconflow.com/v1"],
  },
  { id: "openrouter", name: "OpenRouter", baseUrl: "https://openrouter.ai/api/v1" },
  {
    id: "azure",
    name: "Azure OpenAI",
    baseUrl: "https://YOUR-RESOURCE.openai.azure.com/openai/v1",
    hosts: /\.(openai|cognitiveservices|services\.ai)\.azure\.(com|us|cn)$/,
  },
  { id: "groq", name: "Groq", baseUrl: "https://api.groq.com/openai/v1" },
  { id: "mistral", name: "Mistral", baseUrl: "https://api.mistral.ai/v1" },
  { id: "xai", name: "xAI", baseUrl: "https://api.x.ai/v1" },
  { id: "together", name: "Together AI", baseUrl: "https://api.together.xyz/v1" },
  { id: "perplexity", name: "Perplexity", baseUrl: "https://api.perplexity.ai" },
  { id: "ollama", name: "Ollama", baseUrl: "http://localhost:11434/v1" },
  { id: "lm-studio", name: "LM Studio", baseUrl: "http://localhost:1234/v1" },
  { id: "vllm", name: "vLLM", baseUrl: "http://localhost:8000/v1" },
  { id: "llama.cpp", name: "llama.cpp", baseUrl: "http://localhost:8080/v1" },
  { id: "litellm", name: "LiteLLM", baseUrl: "http://localhost:4000/v1" },
  { id: "one-api", name: "one-api", baseUrl: "http://localhost:3000/v1" },
  { id: "other", name: "", baseUrl: "" },
];

/** The known provider at a base URL; null for any other server. */
export function providerOf(baseUrl: string): Provider | null {
  if (!URL.canParse(baseUrl)) return null;
  const { host, hostname } = new URL(baseUrl);
  const named = PROVIDERS.find(
    ({ baseUrl: own, otherUrls = [], hosts }) =>
      [own, ...otherUrls].some((url) => URL.canParse(url) && new URL(url).host === host) ||
      hosts?.test(hostname),
  );
  return named ?? null;
}

/** The brand name of the provider at a base URL, or else its host. */
export function providerName(baseUrl: string): string {
  const { host } = URL.canParse(baseUrl) ? new URL(baseUrl) : { host: baseUrl };
  return providerOf(baseUrl)?.name ?? host;
}
