// Conversations of ChatGPT's export: a tree of nodes (`mapping`), images named by asset pointers.
import { type FoundConversation, foundConversation, note } from "./conversation-body";
import { type ImageSource, type Piece, type ReadNode, toTree } from "./conversation-tree";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "./json-values";

/** Finds an image by a part of its name in the export. */
export type FindImage = (id: string) => ImageSource | null;

export function isChatgpt(fields: Fields): boolean {
  return fieldsOf(fields.mapping) !== null;
}

/** Null when nothing is said in the conversation. */
export function readChatgpt(
  fields: Fields,
  findImage: FindImage,
  words: { image: string },
): FoundConversation | null {
  const createdAt = timeOf(fields.create_time);
  const current = textOf(fields.current_node) || null;
  const nodes = Object.entries(fieldsOf(fields.mapping) ?? {}).map(([id, value]): ReadNode => {
    const node = fieldsOf(value) ?? {};
    return {
      id,
      parentId: textOf(node.parent) || null,
      ...messageOf(fieldsOf(node.message), findImage, words),
    };
  });
  const tree = toTree(nodes, current, createdAt ?? timeOf(fields.update_time) ?? new Date(0).toISOString());
  return (
    tree &&
    foundConversation(
      {
        source: "chatgpt",
        sourceId: textOf(fields.conversation_id) || textOf(fields.id) || (nodes[0]?.id ?? ""),
        title: textOf(fields.title) || null,
        createdAt,
        updatedAt: timeOf(fields.update_time) ?? createdAt,
        archived: fields.is_archived === true,
        pinned: fields.is_starred === true || typeof fields.pinned_time === "number",
      },
      tree,
    )
  );
}

const NOTHING = { role: null, pieces: [], model: null, createdAt: null } as const;

function messageOf(
  message: Fields | null,
  findImage: FindImage,
  words: { image: string },
): Omit<ReadNode, "id" | "parentId"> {
  if (!message) return NOTHING;
  const author = fieldsOf(message.author) ?? {};
  const metadata = fieldsOf(message.metadata) ?? {};
  const content = fieldsOf(message.content) ?? {};
  const kind = textOf(content.content_type);
  const createdAt = timeOf(message.create_time);
  const role = textOf(author.role);
  const isHidden = metadata.is_visually_hidden_from_conversation === true || role === "system";
  if (isHidden || kind === "user_editable_context" || kind === "model_editable_context") return NOTHING;
  const model = textOf(metadata.model_slug) || null;
  const pieces = piecesOf(content, kind, findImage, words);
  if (role === "user") {
    return { role: "user", pieces: [...pieces, ...attachments(metadata, pieces)], model: null, createdAt };
  }
  if (role === "tool") {
    const step = {
      tool: textOf(author.name) || "tool",
      arguments: {},
      result: pieces.flatMap((piece) => ("text" in piece ? [piece.text] : [])).join("\n\n"),
      images: pieces.flatMap((piece) => ("image" in piece ? [piece.image] : [])),
    };
    return step.result || step.images.length > 0
      ? { role: "assistant", pieces: [{ step }], model, createdAt }
      : NOTHING;
  }
  if (role !== "assistant") return NOTHING;
  const recipient = textOf(message.recipient);
  if (recipient && recipient !== "all") {
    const text = pieces.flatMap((piece) => ("text" in piece ? [piece.text] : [])).join("\n\n");
    const call = { tool: recipient, arguments: text, result: "", images: [] };
    return text ? { role: "assistant", pieces: [{ step: call }], model, createdAt } : NOTHING;
  }
  return { role: "assistant", pieces, model, createdAt };
}

function piecesOf(content: Fields, kind: string, findImage: FindImage, words: { image: string }): Piece[] {
  if (kind === "thoughts") {
    return listOf(content.thoughts).flatMap((thought) => {
      const { summary, content: text } = fieldsOf(thought) ?? {};
      return [{ reasoning: [textOf(summary), textOf(text)].filter(Boolean).join("\n\n") }];
    });
  }
  if (kind === "reasoning_recap") return [];
  const parts = listOf(content.parts);
  const pieces = parts.flatMap((part): Piece[] => {
    if (typeof part === "string") return part === "" ? [] : [{ text: part }];
    const fields = fieldsOf(part) ?? {};
    const pointer = textOf(fields.asset_pointer);
    if (textOf(fields.content_type) === "image_asset_pointer" || /^image/.test(textOf(fields.mime_type))) {
      const image = findImage(pointer.replace(/^[a-z-]+:\/\//, ""));
      return [image ? { image } : note(words.image)];
    }
    return textOf(fields.text) ? [{ text: textOf(fields.text) }] : [];
  });
  const text = textOf(content.text) || textOf(content.result);
  if (text === "") return pieces;
  return [...pieces, kind === "code" ? { text: `\`\`\`${language(content)}\n${text}\n\`\`\`` } : { text }];
}

function language(content: Fields): string {
  const name = textOf(content.language);
  return name === "unknown" ? "" : name;
}

/** The names of files that the message had; images are parts of its content. */
function attachments(metadata: Fields, pieces: readonly Piece[]): Piece[] {
  return listOf(metadata.attachments).flatMap((entry) => {
    const { name, mime_type } = fieldsOf(entry) ?? {};
    const isShown = /^image\//.test(textOf(mime_type)) && pieces.some((piece) => "image" in piece);
    return textOf(name) && !isShown ? [note(textOf(name))] : [];
  });
}
