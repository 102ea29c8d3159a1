// Conversations of this application's own exports: one conversation as JSON, the files of a take-out, and the items of the
// account's export, in which a conversation is followed by its messages.

import type { ToolServer, UserSettings } from "@/api/types";
import type { FoundPreferences } from "./browser-preferences";
import {
  type DocumentSource,
  type FoundConversation,
  type FoundTool,
  type ImportedMessage,
  MAX_RESULT,
  MAX_STEP_IMAGES,
  MAX_STEPS,
  MAX_TEXT,
  shortId,
  titleOf,
} from "./conversation-body";
import type { ImageSource } from "./conversation-tree";
import { type Fields, fieldsOf, listOf, objectsOf, textOf, timeOf } from "./json-values";

/** Limits of the API for sources: of a reply, of a step, and of each. */
const MAX_SOURCES = 100;
const MAX_STEP_SOURCES = 50;
const MAX_URL = 2000;
const MAX_SOURCE_TITLE = 300;

export function isOwn(fields: Fields): boolean {
  const messages = listOf(fields.messages).map(fieldsOf);
  return messages.length > 0 && messages.every(isMessage);
}

function isMessage(message: Fields | null): boolean {
  return (
    message !== null &&
    textOf(message.id) !== "" &&
    (message.role === "user" || message.role === "assistant") &&
    Array.isArray(message.content)
  );
}

/** Finds files of an archive. */
export interface OwnFiles {
  /** By the name of the image's file. */
  image(name: string): ImageSource | null;
  /** The name of a document's file, by the document's id. */
  document(id: string): string | null;
}

/** Null when the conversation has no messages. */
export function readOwn(fields: Fields, files: OwnFiles, words: { image: string }): FoundConversation | null {
  const images = new Map<string, ImageSource>();
  const keyOf = (name: string) => {
    const image = files.image(name);
    if (!image) return null;
    const key = `image-${images.size + 1}`;
    images.set(key, image);
    return key;
  };
  const documents = new Map<string, DocumentSource>();
  const isStored = (file: Fields) => {
    const id = textOf(file.id);
    const entry = files.document(id);
    if (entry !== null) documents.set(id, documentOf(file, entry));
    return entry !== null;
  };
  const entries = objectsOf(fields.messages);
  const messages = entries.map((message) => messageOf(message, keyOf, isStored, words));
  const first = messages[0];
  if (!first) return null;
  const leafId = textOf(fields.active_leaf_id);
  return {
    source: "chat",
    sourceId: textOf(fields.id) || `export-${first.id}`,
    title: titleOf(textOf(fields.title)),
    createdAt: timeOf(fields.created_at),
    updatedAt: timeOf(fields.updated_at) ?? messages.at(-1)?.created_at ?? null,
    pinned: fields.pinned === true,
    archived: fields.archived === true,
    instructions: textOf(fields.instructions) || null,
    project: textOf(fieldsOf(fields.project)?.name) || null,
    model: textOf(fieldsOf(fields.model)?.name) || null,
    tools: listOf(fields.tools).flatMap(toolOf),
    messages,
    leafId: messages.some(({ id }) => id === leafId) ? leafId : (messages.at(-1) as ImportedMessage).id,
    images,
    documents,
  };
}

function messageOf(
  message: Fields,
  keyOf: (name: string) => string | null,
  isStored: (file: Fields) => boolean,
  words: { image: string },
): ImportedMessage {
  const isReply = message.role === "assistant";
  const content = listOf(message.content).flatMap((value): ImportedMessage["content"] => {
    const part = fieldsOf(value) ?? {};
    if (part.type === "text") return [{ type: "text", text: textOf(part.text).slice(0, MAX_TEXT) }];
    if (part.type === "file") {
      const file = fieldsOf(part.file) ?? {};
      const name = textOf(file.name);
      return isStored(file)
        ? [{ type: "file", file: { id: textOf(file.id), name } }]
        : [{ type: "text", text: fileNote(name) }];
    }
    const image = fieldsOf(part.image_url) ?? {};
    const key = keyOf(fileName(textOf(image.key)));
    return [key ? { type: "image_url", image_url: { key } } : { type: "text", text: `*[${words.image}]*` }];
  });
  const parentId = textOf(message.parent_id);
  const base = {
    id: shortId(textOf(message.id)),
    parent_id: parentId ? shortId(parentId) : null,
    content,
    created_at: timeOf(message.created_at) ?? new Date(0).toISOString(),
  };
  if (!isReply) return { ...base, role: "user", status: "completed" };
  const hasEnded = ["completed", "stopped", "interrupted", "failed"].includes(textOf(message.status));
  const status = (hasEnded ? message.status : "interrupted") as ImportedMessage["status"];
  const steps = objectsOf(message.steps).slice(0, MAX_STEPS);
  return {
    ...base,
    role: "assistant",
    status,
    reasoning: textOf(message.reasoning).slice(0, MAX_TEXT) || null,
    model: textOf(message.model) || null,
    usage: usageOf(fieldsOf(message.usage)),
    finish_reason: textOf(message.finish_reason) || null,
    error: status === "failed" ? errorOf(fieldsOf(message.error)) : null,
    ...sourcesOf(message.sources, MAX_SOURCES),
    ...(textOf(message.context_start_id) && { context_start_id: textOf(message.context_start_id) }),
    ...(message.images_omitted === true && { images_omitted: true }),
    ...(message.tools_omitted === true && { tools_omitted: true }),
    ...(steps.length > 0 && {
      steps: steps.map((step, index) => stepOf(step, index + 1, base.created_at, keyOf)),
    }),
  };
}

/** A server whose URL is not in the export, such as the operator's, is left out. */
function toolOf(tool: unknown): FoundTool[] {
  if (typeof tool === "string") return [tool];
  const { url, names } = fieldsOf(tool) ?? {};
  if (textOf(url) === "") return [];
  const chosen = listOf(names).filter((name) => typeof name === "string");
  return [{ url: textOf(url), ...(chosen.length > 0 && { names: chosen }) }];
}

/** The text in place of a document that is not imported. */
export function fileNote(name: string): string {
  return `*[${name}]*`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const UNKNOWN_ERROR = { code: "provider_error", message: "" };

function errorOf(error: Fields | null): NonNullable<ImportedMessage["error"]> {
  if (!error || textOf(error.code) === "") return UNKNOWN_ERROR;
  return {
    code: textOf(error.code),
    message: textOf(error.message),
    ...(typeof error.status === "number" && { status: error.status }),
    ...(typeof error.retry_after === "number" && { retry_after: error.retry_after }),
  };
}

function usageOf(usage: Fields | null): NonNullable<ImportedMessage["usage"]> | null {
  if (!usage) return null;
  const { prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens } = usage;
  if (typeof prompt_tokens !== "number" || typeof completion_tokens !== "number") return null;
  return {
    prompt_tokens,
    completion_tokens,
    ...(typeof cached_tokens === "number" && { cached_tokens }),
    ...(typeof reasoning_tokens === "number" && { reasoning_tokens }),
  };
}

/** The sources that the API takes: earlier releases stored titles and addresses of any length. */
function sourcesOf(value: unknown, most: number): Pick<ImportedMessage, "sources"> {
  const sources = objectsOf(value).flatMap(({ n, title, url }) => {
    const address = textOf(url);
    if (typeof n !== "number" || address.length > MAX_URL || !/^https?:\/\//.test(address)) return [];
    return [{ n, title: textOf(title).slice(0, MAX_SOURCE_TITLE), url: address }];
  });
  return sources.length > 0 ? { sources: sources.slice(0, most) } : {};
}

/** The end of a result that was cut, in the words of the API. */
const CUT = "\n[The result was cut here.]";

function resultOf(step: Fields): string {
  const result = textOf(step.result);
  if (result.length <= MAX_RESULT && (step.is_result_cut !== true || result.endsWith(CUT))) return result;
  return `${result.slice(0, MAX_RESULT - CUT.length)}${CUT}`;
}

const ENDED_STEPS = ["done", "failed", "denied", "unknown"];

function stepOf(
  step: Fields,
  n: number,
  createdAt: string,
  keyOf: (name: string) => string | null,
): NonNullable<ImportedMessage["steps"]>[number] {
  const startedAt = timeOf(step.started_at) ?? createdAt;
  const objects = objectsOf(step.objects).flatMap(({ file, media_type, name }) => {
    const key = keyOf(fileName(textOf(file)));
    return key ? [{ key, media_type: textOf(media_type), name: textOf(name) }] : [];
  });
  const result = resultOf(step);
  return {
    n,
    tool: textOf(step.tool),
    title: textOf(step.title),
    state: (ENDED_STEPS.includes(textOf(step.state)) ? step.state : "failed") as "done",
    at: typeof step.at === "number" ? step.at : 0,
    arguments: (fieldsOf(step.arguments) ?? textOf(step.arguments)) as Record<string, unknown> | string,
    ...(textOf(step.preview) && { preview: textOf(step.preview) }),
    ...(result !== "" && { result }),
    ...sourcesOf(step.sources, MAX_STEP_SOURCES),
    ...(objects.length > 0 && { objects: objects.slice(0, MAX_STEP_IMAGES) }),
    started_at: startedAt,
    ended_at: timeOf(step.ended_at) ?? startedAt,
  };
}

export interface FoundProject {
  readonly name: string;
  readonly icon: string | null;
  readonly instructions: string;
  readonly tools: readonly FoundTool[];
  /** The name of its default model, one of the user's own. */
  readonly model: string | null;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly documents: readonly DocumentSource[];
}

export interface FoundPrompt {
  /** The name of its project. */
  readonly project: string | null;
  readonly command: string;
  readonly title: string;
  readonly text: string;
}

/** A tool server, without its token or authorization. */
export interface FoundServer {
  readonly name: string;
  readonly url: string;
  readonly auth: ToolServer["auth"];
  readonly policy: ToolServer["policy"];
}

/** Settings of an account; null: the default. */
export interface FoundSettings
  extends Pick<UserSettings, "language" | "theme" | "send_key" | "instructions" | "login_notices"> {
  /** The name of the default model, one of the user's own. */
  readonly model: string | null;
}

/** Besides conversations, an account's export has these. */
export interface FoundAccount {
  readonly projects: readonly FoundProject[];
  readonly prompts: readonly FoundPrompt[];
  readonly servers: readonly FoundServer[];
  readonly settings: FoundSettings | null;
  /** Preferences of the browser that made the take-out. */
  readonly preferences: FoundPreferences | null;
}

export const EMPTY_ACCOUNT: FoundAccount = {
  projects: [],
  prompts: [],
  servers: [],
  settings: null,
  preferences: null,
};

/** Collects the items of an account's export: a conversation is whole when the next one begins. */
export class AccountItems {
  readonly #projects = new Map<string, Fields>();
  /** Names by id. */
  readonly #models = new Map<string, string>();
  /** Documents of projects. */
  readonly #files: Fields[] = [];
  readonly #prompts: (Omit<FoundPrompt, "project"> & { projectId: string })[] = [];
  /** By id. */
  readonly #servers = new Map<string, FoundServer>();
  #settings: Fields | null = null;
  #preferences: FoundPreferences | null = null;
  #conversation: Fields | null = null;
  #messages: unknown[] = [];

  /** Whether an element is an item; `whole` receives the conversation before it. */
  add(fields: Fields, whole: (conversation: Fields) => void): boolean {
    switch (fields.kind) {
      case "conversation":
        this.end(whole);
        this.#conversation = fields;
        return true;
      case "message":
        this.#messages.push(fields);
        return this.#conversation !== null;
      case "project":
        this.#projects.set(textOf(fields.id), fields);
        return true;
      case "model_config":
        this.#models.set(textOf(fields.id), textOf(fields.name));
        return true;
      case "file":
        if (textOf(fields.project_id)) this.#files.push(fields);
        return true;
      case "prompt":
        this.#prompts.push({
          projectId: textOf(fields.project_id),
          command: textOf(fields.command),
          title: textOf(fields.title),
          text: textOf(fields.text),
        });
        return true;
      case "settings":
        this.#settings = fields;
        return true;
      case "preferences":
        this.#preferences = preferencesOf(fields);
        return true;
      case "tool_server":
        this.#servers.set(textOf(fields.id), serverOf(fields));
        return true;
      default:
        return typeof fields.kind === "string";
    }
  }

  end(whole: (conversation: Fields) => void): void {
    const conversation = this.#conversation;
    const messages = this.#messages;
    this.#conversation = null;
    this.#messages = [];
    // Temporary ones, those in the bin, and those that were never used stay behind.
    if (!conversation || conversation.deleted_at !== null || messages.length === 0) return;
    if (conversation.temporary === true) return;
    const name = this.#projectName(textOf(conversation.project_id));
    const model = this.#models.get(textOf(conversation.model_config_id));
    whole({
      ...conversation,
      messages,
      ...(name !== null && { project: { name } }),
      ...(model !== undefined && { model: { name: model } }),
      tools: this.#toolsOf(conversation),
    });
  }

  /** `findDocument`: as in `OwnFiles`. */
  account(findDocument: OwnFiles["document"]): FoundAccount {
    return {
      projects: [...this.#projects.values()].map((fields) => this.#projectOf(fields, findDocument)),
      prompts: this.#prompts.map(({ projectId, ...prompt }) => ({
        ...prompt,
        project: this.#projectName(projectId),
      })),
      servers: [...this.#servers.values()],
      settings: this.#settings && this.#settingsOf(this.#settings),
      preferences: this.#preferences,
    };
  }

  #settingsOf(fields: Fields): FoundSettings {
    return {
      language: textOf(fields.language) || null,
      theme: oneOf(THEMES, fields.theme),
      send_key: oneOf(SEND_KEYS, fields.send_key),
      instructions: textOf(fields.instructions) || null,
      login_notices: typeof fields.login_notices === "boolean" ? fields.login_notices : null,
      model: this.#models.get(textOf(fields.default_model_config_id)) ?? null,
    };
  }

  #projectName(id: string): string | null {
    return textOf(this.#projects.get(id)?.name) || null;
  }

  #toolsOf({ tools }: Fields): FoundTool[] {
    return listOf(tools).flatMap((tool) => {
      const server = this.#servers.get(textOf(fieldsOf(tool)?.server_id));
      return toolOf(server ? { ...fieldsOf(tool), url: server.url } : tool);
    });
  }

  #projectOf(fields: Fields, findDocument: OwnFiles["document"]): FoundProject {
    const files = this.#files.filter((file) => file.project_id === fields.id);
    return {
      name: textOf(fields.name),
      icon: textOf(fields.icon) || null,
      instructions: textOf(fields.instructions),
      tools: this.#toolsOf(fields),
      model: this.#models.get(textOf(fields.model_config_id)) ?? null,
      pinned: fields.pinned === true,
      archived: fields.archived === true,
      documents: files.flatMap((file) => {
        const entry = findDocument(textOf(file.id));
        return entry === null ? [] : [documentOf(file, entry)];
      }),
    };
  }
}

const THEMES = ["system", "light", "dark"] as const;
const SEND_KEYS = ["enter", "mod-enter"] as const;
const TEXT_SIZES = ["small", "large", "larger"] as const;

function oneOf<T extends string>(values: readonly T[], value: unknown): T | null {
  return values.find((each) => each === value) ?? null;
}

function preferencesOf(fields: Fields): FoundPreferences {
  const theme = oneOf(THEMES, fields.theme);
  return {
    language: textOf(fields.language) || null,
    theme: theme === "system" ? null : theme,
    text_size: oneOf(TEXT_SIZES, fields.text_size),
    send_key: oneOf(SEND_KEYS, fields.send_key),
    draw_diagrams: fields.draw_diagrams === false ? false : null,
  };
}

function serverOf(fields: Fields): FoundServer {
  const policy = Object.entries(fieldsOf(fields.policy) ?? {}).flatMap(([tool, value]) => {
    const known = oneOf(["allow", "ask", "deny"] as const, value);
    return known === null ? [] : [[tool, known] as const];
  });
  return {
    name: textOf(fields.name),
    url: textOf(fields.url),
    auth: oneOf(["none", "bearer", "oauth"] as const, fields.auth) ?? "none",
    policy: Object.fromEntries(policy),
  };
}

function documentOf(file: Fields, entry: string): DocumentSource {
  return { entry, name: textOf(file.name), mediaType: textOf(file.media_type) };
}
