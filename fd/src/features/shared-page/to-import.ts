// A shared document as the body of an import.
import type { SharedDocument, SharedMessage, SharedPart, SharedStep } from "@/api/shared-document";
import type { ConversationImport } from "@/api/types";

type ImportedMessage = ConversationImport["messages"][number];
type ImportedStep = NonNullable<ImportedMessage["steps"]>[number];

type ImportedPart = ImportedMessage["content"][number];

/**
 * Images are named by the `imageKeys` of their uploads, by their names in the document. The `words` stand for an image
 * without one, and for a message that is left out; a file, which belongs to the other account, is a note of its name.
 */
export function toImport(
  { title, messages }: SharedDocument,
  imageKeys: ReadonlyMap<string, string>,
  words: { image: string; leftOut: string },
): ConversationImport {
  const text = (value: string): ImportedPart => ({ type: "text", text: value });
  const partOf = (part: SharedPart): ImportedPart => {
    if (part.type === "text") return text(part.text);
    if (part.type === "file") return text(`*[${part.name}]*`);
    const key = imageKeys.get(part.name);
    return key === undefined ? text(`*[${words.image}]*`) : { type: "image_url", image_url: { key } };
  };
  const contentOf = ({ role, content }: SharedMessage): ImportedPart[] => {
    // A reply has one text.
    if (role === "assistant")
      return [text(content.flatMap((part) => (part.type === "text" ? part.text : [])).join("\n\n"))];
    const isEmpty = content.every((part) => part.type === "text" && part.text.trim() === "");
    return isEmpty ? [text(`*[${words.leftOut}]*`)] : content.map(partOf);
  };
  return {
    title: title || null,
    messages: messages.map((message, index) => ({
      id: `${index + 1}`,
      parent_id: index === 0 ? null : `${index}`,
      role: message.role,
      content: contentOf(message),
      created_at: message.createdAt,
      status: "completed",
      ...(message.role === "assistant" && replyFields(message)),
    })),
  };
}

function replyFields({ status, reasoning, model, sources, steps }: SharedMessage): Partial<ImportedMessage> {
  return {
    // A failed reply has an error, which is not shared.
    status: status === "completed" ? "completed" : "stopped",
    reasoning: reasoning || null,
    model: model || null,
    sources: sources.length ? sources.map((source) => ({ ...source })) : null,
    steps: steps.length ? steps.map(stepOf) : null,
  };
}

function stepOf(step: SharedStep, index: number): ImportedStep {
  const { tool, title, state, at, preview, result, sources, startedAt, endedAt } = step;
  return {
    n: index + 1,
    tool,
    title,
    state,
    at,
    arguments: step.arguments,
    preview: preview || null,
    result: result || null,
    sources: sources.length ? sources.map((source) => ({ ...source })) : null,
    started_at: startedAt,
    ended_at: endedAt,
  };
}
