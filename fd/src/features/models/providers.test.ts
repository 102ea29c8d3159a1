import { describe, expect, it } from "vitest";
import { isFoundBy, presetOf } from "./presets";
import { PROVIDERS, providerName, providerOf } from "./providers";

describe("a provider", () => {
  it.each([
    ["https://api.openai.com/v1", "openai"],
    ["https://api.openai.com/v1/chat/completions", "openai"],
    ["https://team.openai.azure.com/openai/v1?api-version=preview", "azure"],
    ["https://team.services.ai.azure.com/models", "azure"],
    ["https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen"],
    ["https://api.moonshot.ai/v1", "kimi"],
    ["http://localhost:11434/v1", "ollama"],
  ])("is known by its base URL: %s", (url, id) => {
    expect(providerOf(url)?.id).toBe(id);
  });

  it("is not confused with another with a similar host", () => {
    for (const url of [
      "https://api.openai.com.a.example/v1",
      "https://openai.azure.com.a.example",
      "nonsense",
      "",
    ])
      expect(providerOf(url)).toBeNull();
  });

  it("that is unknown has its host as the name", () => {
    expect(providerName("https://models.a.example:8443/v1")).toBe("models.a.example:8443");
    expect(providerName("https://api.mistral.ai/v1")).toBe("Mistral");
  });

  it("is one of those that people use", () => {
    expect(PROVIDERS.map(({ id }) => id).sort()).toEqual(
      (
        "anthropic azure deepseek doubao gemini glm groq hunyuan kimi litellm llama.cpp lm-studio mistral ollama " +
        "one-api openai openrouter other perplexity qianfan qwen siliconflow together vllm xai"
      ).split(" "),
    );
  });

  it("is found by any of its names, in any language and case", () => {
    const found = (query: string) => PROVIDERS.filter((each) => isFoundBy(each, query)).map(({ id }) => id);
    expect(found("claude")).toEqual(["anthropic"]);
    expect(found("豆包")).toEqual(["doubao"]);
    expect(found("MOONSHOT")).toEqual(["kimi"]);
    expect(found("阿里云")).toEqual(["qwen"]);
    expect(found("11434")).toEqual(["ollama"]);
    expect(found("nobody")).toEqual([]);
  });

  it("has an https address, unless it runs on the user's own computer", () => {
    const cloud = PROVIDERS.filter((each) => !presetOf(each).isLocal && each.id !== "other");
    expect(cloud.length).toBeGreaterThan(15);
    for (const provider of cloud) {
      const { baseUrl, otherUrls = [] } = provider;
      for (const url of [baseUrl, ...otherUrls, presetOf(provider).keyUrl ?? ""])
        expect(new URL(url).protocol, provider.id).toBe("https:");
    }
    expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length);
  });
});
