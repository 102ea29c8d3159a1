// Conversations of Open WebUI's export ("Export All Chats"): a tree of messages by `parentId`.
import { type FoundConversation, foundConversation, note } from "./conversation-body";
import { type Piece, type ReadNode, toTree } from "./conversation-tree";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "./json-values";

export function isOpenWebui(fields: Fields): boolean {
  const chat = fieldsOf(fields.chat);
  return chat !== null && (fieldsOf(chat.history) !== null || Array.isArray(chat.messages));
}

/** Null when nothing is said in the conversation. */
export function readOpenWebui(fields: Fields, words: { image: string }): FoundConversation | null {
  const chat = fieldsOf(fields.chat) ?? {};
  const history = fieldsOf(chat.history);
  const tree = fieldsOf(history?.messages);
  const inTree = Object.entries(tree ?? {}).flatMap(([id, value]) => {
    const message = fieldsOf(value);
    return message ? [{ id, message, parentId: textOf(message.parentId) || null }] : [];
  });
  const inList = listOf(chat.messages).flatMap((value, index, all) => {
    const message = fieldsOf(value);
    if (!message) return [];
    const before = fieldsOf(all[index - 1]);
    const parentId = before ? textOf(before.id) || `message-${index - 1}` : null;
    return [{ id: textOf(message.id) || `message-${index}`, message, parentId }];
  });
  const entries = inTree.length > 0 ? inTree : inList;
  const createdAt = timeOf(fields.created_at) ?? timeOf(chat.timestamp);
  const nodes = entries.map(({ id, message, parentId }): ReadNode => {
    const role = textOf(message.role);
    return {
      id,
      parentId,
      role: role === "user" || role === "assistant" ? role : null,
      pieces: [...files(message, words), ...piecesOf(textOf(message.content))],
      model: textOf(message.modelName) || textOf(message.model) || null,
      createdAt: timeOf(message.timestamp),
      failed: fieldsOf(message.error) !== null,
    };
  });
  const current = textOf(history?.currentId) || (entries.at(-1)?.id ?? null);
  const read = toTree(nodes, current, createdAt ?? new Date(0).toISOString());
  return (
    read &&
    foundConversation(
      {
        source: "open_webui",
        sourceId: textOf(fields.id) || textOf(chat.id) || (entries[0]?.id ?? ""),
        title: textOf(fields.title) || textOf(chat.title) || null,
        createdAt,
        updatedAt: timeOf(fields.updated_at) ?? createdAt,
        archived: fields.archived === true,
        pinned: fields.pinned === true,
      },
      read,
    )
  );
}

const DETAILS =
  /<details type="(reasoning|tool_calls|code_interpreter)"([^>]*)>\n?(?:<summary>[^<]*<\/summary>\n?)?([\s\S]*?)<\/details>\n?/g;

/** Reasoning and tool calls are in the text, as folded HTML. */
function piecesOf(content: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of content.matchAll(DETAILS)) {
    const [whole, kind, attributes = "", inner = ""] = match;
    pieces.push({ text: content.slice(end, match.index).trim() });
    end = match.index + whole.length;
    if (kind === "reasoning") pieces.push({ reasoning: unescaped(inner).replace(/^> ?/gm, "").trim() });
    else {
      const step = {
        tool: attribute(attributes, "name") || (kind as string),
        arguments: attribute(attributes, "arguments"),
        result: attribute(attributes, "result") || unescaped(inner).trim(),
        images: [],
      };
      pieces.push({ step });
    }
  }
  return [...pieces, { text: end === 0 ? content : content.slice(end).trim() }];
}

function attribute(attributes: string, name: string): string {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

function unescaped(text: string): string {
  return text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#x?27;|&#39;/g, "'")
    .replace(/&amp;/g, "&");
}

function files(message: Fields, words: { image: string }): Piece[] {
  return listOf(message.files).flatMap((entry): Piece[] => {
    const file = fieldsOf(entry) ?? {};
    const url = textOf(file.url);
    if (textOf(file.type) === "image") {
      return [/^data:image\//.test(url) ? { image: { data: url } } : note(words.image)];
    }
    const inner = fieldsOf(file.file) ?? {};
    const text = textOf(fieldsOf(inner.data)?.content);
    const name = textOf(file.name) || textOf(inner.filename);
    if (text) return [{ text: [name && `**${name}**`, text].filter(Boolean).join("\n\n") }];
    return name ? [note(name)] : [];
  });
}
