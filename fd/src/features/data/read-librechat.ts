// Conversations of LibreChat's export as JSON: a tree of messages, nested in `children` or by `parentMessageId`.
import { type FoundConversation, foundConversation, note } from "./conversation-body";
import { type Piece, type ReadNode, toTree } from "./conversation-tree";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "./json-values";

export function isLibrechat(fields: Fields): boolean {
  const first = listOf(fields.messages).map(fieldsOf).find(Boolean);
  return first !== undefined && (textOf(first?.messageId) !== "" || first?.isCreatedByUser !== undefined);
}

/** Null when nothing is said in the conversation. */
export function readLibrechat(fields: Fields, words: { image: string }): FoundConversation | null {
  const options = fieldsOf(fields.options) ?? {};
  const nodes: ReadNode[] = [];
  const open = listOf(fields.messages)
    .map((value) => ({ value, parentId: null as string | null }))
    .reverse();
  const isNested = open.some(({ value }) => Array.isArray(fieldsOf(value)?.children));
  for (let next = open.pop(); next; next = open.pop()) {
    const message = fieldsOf(next.value);
    if (!message) continue;
    const id = textOf(message.messageId) || `message-${nodes.length}`;
    nodes.push({
      id,
      parentId: isNested ? next.parentId : textOf(message.parentMessageId) || null,
      role: isOfUser(message) ? "user" : "assistant",
      pieces: [...files(message, words), ...piecesOf(message)],
      model: textOf(message.model) || textOf(options.model) || null,
      createdAt: timeOf(message.createdAt),
      failed: message.error === true || message.unfinished === true,
    });
    for (const child of [...listOf(message.children)].reverse()) open.push({ value: child, parentId: id });
  }
  const exportedAt = timeOf(exportTime(fields.exportAt));
  const times = nodes.flatMap(({ createdAt }) => createdAt ?? []).sort();
  const createdAt = timeOf(fields.createdAt) ?? times[0] ?? exportedAt;
  const tree = toTree(nodes, nodes.at(-1)?.id ?? null, createdAt ?? new Date(0).toISOString());
  return (
    tree &&
    foundConversation(
      {
        source: "librechat",
        sourceId: textOf(fields.conversationId) || (nodes[0]?.id ?? ""),
        title: textOf(fields.title) || null,
        createdAt,
        updatedAt: timeOf(fields.updatedAt) ?? times.at(-1) ?? createdAt,
        archived: fields.isArchived === true,
      },
      tree,
    )
  );
}

/** Some versions write `13:05:22 GMT+0000 (…)` after the day; only ISO-8601 is read. */
function exportTime(value: unknown): unknown {
  return /^\d{4}-/.test(textOf(value)) ? value : null;
}

function isOfUser(message: Fields): boolean {
  if (typeof message.isCreatedByUser === "boolean") return message.isCreatedByUser;
  return textOf(message.sender).toLowerCase() === "user";
}

function piecesOf(message: Fields): Piece[] {
  const pieces = listOf(message.content).flatMap((entry): Piece[] => {
    const part = fieldsOf(entry) ?? {};
    switch (part.type) {
      case "text":
        return [{ text: textOf(part.text) || textOf(fieldsOf(part.text)?.value) }];
      case "think":
        return [{ reasoning: textOf(part.think) || textOf(fieldsOf(part.think)?.value) }];
      case "tool_call": {
        const { name, args, output } = fieldsOf(part.tool_call) ?? {};
        const given = fieldsOf(args) ?? textOf(args);
        return [
          { step: { tool: textOf(name) || "tool", arguments: given, result: textOf(output), images: [] } },
        ];
      }
      case "error":
        return [{ text: textOf(part.error) || textOf(part.text) }];
      default:
        return [];
    }
  });
  return pieces.length > 0 ? pieces : [{ text: textOf(message.text) }];
}

function files(message: Fields, words: { image: string }): Piece[] {
  return listOf(message.files).flatMap((entry): Piece[] => {
    const { type, filename, text } = fieldsOf(entry) ?? {};
    if (textOf(text))
      return [
        { text: [textOf(filename) && `**${textOf(filename)}**`, textOf(text)].filter(Boolean).join("\n\n") },
      ];
    return [note(/^image\//.test(textOf(type)) ? words.image : textOf(filename) || words.image)];
  });
}
