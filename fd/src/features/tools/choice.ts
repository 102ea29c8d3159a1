// Tools as a call and a conversation name them.
import type { ToolChoice } from "@/api/types";

type ChosenTool = ToolChoice[number];

/** The built-in tools that users choose. */
export const BUILT_IN_TOOLS = ["web_search", "fetch_url", "search_chats"] as const;

export function isChosen(tools: ToolChoice, tool: ChosenTool): boolean {
  return tools.some((chosen) => keyOf(chosen) === keyOf(tool));
}

/** The choice with a tool added, or removed. */
export function withTool(tools: ToolChoice, tool: ChosenTool, chosen: boolean): ToolChoice {
  const others = tools.filter((each) => keyOf(each) !== keyOf(tool));
  return chosen ? [...others, tool] : others;
}

function keyOf(tool: ChosenTool): string {
  return typeof tool === "string" ? tool : tool.server_id;
}
