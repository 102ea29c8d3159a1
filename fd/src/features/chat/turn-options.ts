// Options of a request for a reply.
import type { Part, ToolChoice } from "@/api/types";
import { type ConversationState, filesOf } from "./conversation-state";

/** The tools by which models read long files; offered in every turn of a conversation with files, or in a project. */
const FILE_TOOLS = ["search_file", "read_file"] as const;

/** Notices are, for example, that the provider is busy. */
export function turnOptions(chosen: ToolChoice, withFiles: boolean) {
  const tools = withFiles ? [...chosen, ...FILE_TOOLS] : chosen;
  return { notices: true, ...(tools.length > 0 ? { tools } : {}) } as const;
}

/** Whether a new message has a file, or the shown branch has one, or has messages that are not loaded. */
export function mayHaveFiles(state: ConversationState, content: readonly Part[]): boolean {
  return (
    content.some(({ type }) => type === "file") ||
    filesOf(state).length > 0 ||
    state.path.some((id) => state.messages.get(id)?.status === "unloaded")
  );
}
