// A conversation of an export as the body of an import, within the limits of the API.
import type { ConversationImport } from "@/api/types";
import type { ImageSource, Piece, ReadStep, Tree, TreeMessage } from "./conversation-tree";

export type Source = NonNullable<ConversationImport["source"]>;
type Body = ConversationImport;
export type ImportedMessage = Body["messages"][number];

/** A conversation that a reader found. */
export interface FoundConversation {
  readonly source: Source;
  readonly sourceId: string;
  readonly title: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly instructions: string | null;
  /** The names of its project and of its model, one of the user's own; only in exports of this application. */
  readonly project: string | null;
  readonly model: string | null;
  readonly tools: readonly FoundTool[];
  readonly messages: readonly ImportedMessage[];
  readonly leafId: string;
  /** The images of the messages, by the key that stands for them until they are uploaded. */
  readonly images: ReadonlyMap<string, ImageSource>;
  /** The documents of the messages, by their ids in the export; only in exports of this application. */
  readonly documents: ReadonlyMap<string, DocumentSource>;
}

/** A built-in tool by its name, or those of a tool server by its URL. */
export type FoundTool = string | { readonly url: string; readonly names?: readonly string[] };

/** A document of an export. `entry`: the name of its file in the archive. */
export interface DocumentSource {
  readonly entry: string;
  readonly name: string;
  readonly mediaType: string;
}

export const MAX_TEXT = 400_000;
export const MAX_RESULT = 64_000;
export const MAX_STEPS = 200;
export const MAX_STEP_IMAGES = 20;
const MAX_PARTS = 40;
const MAX_ID = 64;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

type Described = Pick<FoundConversation, "source" | "sourceId" | "title" | "createdAt" | "updatedAt"> &
  Partial<Pick<FoundConversation, "pinned" | "archived" | "instructions" | "project">>;

/** A conversation with the messages of a tree. */
export function foundConversation(described: Described, tree: Tree): FoundConversation {
  const images = new Map<string, ImageSource>();
  const keyOf = (image: ImageSource) => {
    const key = `image-${images.size + 1}`;
    images.set(key, image);
    return key;
  };
  return {
    pinned: false,
    archived: false,
    instructions: null,
    project: null,
    model: null,
    tools: [],
    ...described,
    title: titleOf(described.title),
    messages: tree.messages.map((message) =>
      message.role === "user" ? question(message, keyOf) : reply(message, keyOf),
    ),
    leafId: shortId(tree.leafId),
    images,
    documents: new Map(),
  };
}

export function titleOf(title: string | null): string | null {
  return [...(title ?? "").trim()].slice(0, 200).join("").trim() || null;
}

/** The API takes ids of up to 64 characters; the end of longer ones differs. */
export function shortId(id: string): string {
  return id.slice(-MAX_ID);
}

function question(message: TreeMessage, keyOf: (image: ImageSource) => string): ImportedMessage {
  const content: ImportedMessage["content"] = [];
  for (const piece of message.pieces) {
    if ("image" in piece && content.length < MAX_PARTS - 1)
      content.push({ type: "image_url", image_url: { key: keyOf(piece.image) } });
    else if ("text" in piece && piece.text.trim() !== "")
      for (const text of cut(piece.text))
        if (content.length < MAX_PARTS) content.push({ type: "text", text });
  }
  return {
    id: shortId(message.id),
    parent_id: message.parentId && shortId(message.parentId),
    role: "user",
    content,
    status: "completed",
    created_at: message.createdAt,
  };
}

function reply(message: TreeMessage, keyOf: (image: ImageSource) => string): ImportedMessage {
  let text = "";
  const reasoning: string[] = [];
  const steps: NonNullable<ImportedMessage["steps"]> = [];
  const addStep = (step: ReadStep) => {
    if (steps.length >= MAX_STEPS) return;
    const images = step.images.slice(0, MAX_STEP_IMAGES).map((image) => ({
      key: keyOf(image),
      media_type: "image/png",
      name: "",
    }));
    steps.push({
      n: steps.length + 1,
      tool: step.tool.slice(0, 128),
      title: step.tool.slice(0, 200),
      state: "done",
      at: [...text].length,
      arguments: step.arguments as Record<string, unknown> | string,
      result: step.result.slice(0, MAX_RESULT) || null,
      ...(images.length > 0 && { objects: images }),
      started_at: message.createdAt,
      ended_at: message.createdAt,
    });
  };
  for (const piece of message.pieces) {
    if ("text" in piece) text = joined(text, piece.text);
    else if ("reasoning" in piece) reasoning.push(piece.reasoning);
    else if ("step" in piece) addStep(piece.step);
    else addStep({ tool: "image", arguments: {}, result: "", images: [piece.image] });
  }
  const content = text.slice(0, MAX_TEXT);
  return {
    id: shortId(message.id),
    parent_id: message.parentId && shortId(message.parentId),
    role: "assistant",
    content: content ? [{ type: "text", text: content }] : [],
    reasoning: reasoning.filter(Boolean).join("\n\n").slice(0, MAX_TEXT) || null,
    status: message.interrupted ? "interrupted" : "completed",
    model: message.model?.slice(0, 200) || null,
    ...(steps.length > 0 && { steps }),
    created_at: message.createdAt,
  };
}

function joined(before: string, text: string): string {
  if (text.trim() === "") return before;
  return before === "" ? text : `${before}\n\n${text}`;
}

function cut(whole: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < whole.length; ) {
    // A pair of surrogates is not separated.
    const at = start + MAX_TEXT;
    const end = at < whole.length && /[\uD800-\uDBFF]/.test(whole[at - 1] ?? "") ? at - 1 : at;
    parts.push(whole.slice(start, end));
    start = end;
  }
  return parts;
}

/**
 * A value of JSON without lone surrogates, which the API refuses. After all cuts: the end of a text that was cut may be
 * half a character.
 */
export function wellFormed<T>(value: T): T {
  if (typeof value === "string") return value.replace(LONE_SURROGATE, "\uFFFD") as T;
  if (Array.isArray(value)) return value.map((item) => wellFormed<unknown>(item)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, item]) => [wellFormed(name), wellFormed<unknown>(item)]);
  return Object.fromEntries(entries) as T;
}

/** A note in place of something that the export names and does not have. */
export function note(text: string): Piece {
  return { text: `*[${text}]*` };
}
