// Texts that show a tool's step in one line.
import type { Step } from "@/api/types";
import type { Translate } from "@/i18n";

const BUILT_IN = [
  "web_search",
  "fetch_url",
  "search_chats",
  "search_file",
  "read_file",
  "current_time",
] as const;

/** The name of a step's tool: in the user's language for a built-in one, else the server's. */
export function titleOf(t: Translate, { tool, server_id, title }: Step): string {
  const builtIn = server_id === undefined ? BUILT_IN.find((name) => name === tool) : undefined;
  return builtIn ? t(`steps.${builtIn}`) : title || tool;
}

/** One line about a step's result. */
export function previewOf(t: Translate, { tool, server_id, preview, sources }: Step): string | undefined {
  if (tool === "web_search" && server_id === undefined && preview)
    return t("steps.results", { count: sources?.length ?? 0 });
  return preview;
}
