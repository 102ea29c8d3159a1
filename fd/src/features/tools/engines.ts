// The search engines that a user can have a key of.
import type { SearchEngineSave } from "@/api/types";

export type EngineName = SearchEngineSave["provider"];

export const ENGINE_NAMES: Readonly<Record<EngineName, string>> = {
  brave: "Brave Search",
  tavily: "Tavily",
  exa: "Exa",
  serper: "Serper",
  bocha: "博查 Bocha",
  searxng: "SearXNG",
};

/** Where a key is obtained; SearXNG has none. */
export const KEY_PAGES: Readonly<Partial<Record<EngineName, string>>> = {
  brave: "https://api-dashboard.search.brave.com",
  tavily: "https://app.tavily.com",
  exa: "https://dashboard.exa.ai/api-keys",
  serper: "https://serper.dev/api-key",
  bocha: "https://open.bochaai.com",
};
