// Conversations of Claude's export: a list of messages, with branches by `parent_message_uuid`.
import { type FoundConversation, foundConversation, note } from "./conversation-body";
import { type Piece, type ReadNode, toTree } from "./conversation-tree";
import { type Fields, fieldsOf, listOf, objectsOf, textOf, timeOf } from "./json-values";

export function isClaude(fields: Fields): boolean {
  return Array.isArray(fields.chat_messages);
}

/** Null when nothing is said in the conversation. */
export function readClaude(fields: Fields): FoundConversation | null {
  const createdAt = timeOf(fields.created_at);
  const entries = objectsOf(fields.chat_messages);
  // Exports without the field have one branch.
  const hasBranches = entries.some(({ parent_message_uuid }) => textOf(parent_message_uuid) !== "");
  const ids = entries.map((entry, index) => textOf(entry.uuid) || `message-${index}`);
  const nodes = entries.map(
    (entry, index): ReadNode => ({
      id: ids[index] as string,
      parentId: hasBranches ? textOf(entry.parent_message_uuid) || null : (ids[index - 1] ?? null),
      role:
        textOf(entry.sender) === "human" ? "user" : textOf(entry.sender) === "assistant" ? "assistant" : null,
      pieces: [...attachments(entry), ...piecesOf(entry)],
      model: textOf(entry.model) || textOf(fields.model) || null,
      createdAt: timeOf(entry.created_at),
    }),
  );
  const current = textOf(fields.current_leaf_message_uuid) || (ids.at(-1) ?? null);
  const tree = toTree(nodes, current, createdAt ?? new Date(0).toISOString());
  return (
    tree &&
    foundConversation(
      {
        source: "claude",
        sourceId: textOf(fields.uuid) || (ids[0] ?? ""),
        title: textOf(fields.name) || null,
        createdAt,
        updatedAt: timeOf(fields.updated_at) ?? createdAt,
        pinned: fields.is_starred === true,
      },
      tree,
    )
  );
}

function piecesOf(message: Fields): Piece[] {
  const pieces = listOf(message.content).flatMap((entry): Piece[] => {
    const part = fieldsOf(entry) ?? {};
    switch (part.type) {
      case "text":
        return [{ text: textOf(part.text) }];
      case "thinking":
        return [{ reasoning: textOf(part.thinking) }];
      case "tool_use":
        return [
          {
            step: {
              tool: textOf(part.name) || "tool",
              arguments: fieldsOf(part.input) ?? {},
              result: "",
              images: [],
            },
          },
        ];
      case "tool_result":
        return [
          {
            step: {
              tool: textOf(part.name) || "tool",
              arguments: {},
              result: resultOf(part.content),
              images: [],
            },
          },
        ];
      default:
        return [];
    }
  });
  const hasText = pieces.some((piece) => "text" in piece && piece.text !== "");
  return hasText || textOf(message.text) === "" ? pieces : [...pieces, { text: textOf(message.text) }];
}

function resultOf(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => textOf(fieldsOf(part)?.text))
    .filter(Boolean)
    .join("\n\n");
}

/** The text of attached documents, which the export has, and the names of other files. */
function attachments(message: Fields): Piece[] {
  const documents = listOf(message.attachments).flatMap((entry): Piece[] => {
    const { file_name, extracted_content } = fieldsOf(entry) ?? {};
    const text = textOf(extracted_content);
    const name = textOf(file_name);
    return text
      ? [{ text: [name && `**${name}**`, text].filter(Boolean).join("\n\n") }]
      : name
        ? [note(name)]
        : [];
  });
  const files = [...listOf(message.files), ...listOf(message.files_v2)].flatMap((entry) => {
    const name = textOf(fieldsOf(entry)?.file_name);
    return name ? [name] : [];
  });
  return [...documents, ...[...new Set(files)].map(note)];
}
