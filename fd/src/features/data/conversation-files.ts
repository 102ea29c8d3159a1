// Take-out of everything that the account owns: for each conversation Markdown, JSON and images, in a folder for each
// project; documents; and the rest as one JSON file. `read-own.ts` reads the JSON of conversations again.
import { api, body } from "@/api/client";
import type { ExportItem } from "@/api/types";
import { reauthenticated } from "@/features/profile/pages";

/** Receives the files of a take-out. */
export interface TakeOutSink {
  /** Whether it has this file, from an earlier take-out. */
  has(name: string): Promise<boolean>;
  add(name: string, content: Blob, packed: boolean): Promise<void>;
}

export interface TakeOutWords {
  readonly user: string;
  readonly assistant: string;
  readonly image: string;
  readonly untitled: string;
}

type Conversation = Extract<ExportItem, { kind: "conversation" }>;
type Message = Extract<ExportItem, { kind: "message" }>;

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
};

/**
 * Writes everything into the sink. `onProgress` receives the number of conversations. Conversations in the bin and
 * temporary ones stay behind. Returns the number of images and documents that the store does not have any more.
 */
export async function takeOut(
  sink: TakeOutSink,
  words: TakeOutWords,
  onProgress: (conversations: number) => void,
  signal: AbortSignal,
): Promise<number> {
  const projects = new Map<string, { id: string; name: string }>();
  const rest: ExportItem[] = [];
  let current: { conversation: Conversation; messages: Message[] } | null = null;
  let missing = 0;
  let count = 0;

  const finish = async () => {
    const whole = current;
    current = null;
    if (!whole || whole.messages.length === 0) return;
    const { deleted_at, temporary, project_id } = whole.conversation;
    if (deleted_at !== null || temporary) return;
    await addConversation(
      whole.conversation,
      whole.messages,
      projects.get(project_id ?? "") ?? null,
      sink,
      words,
    );
    count += 1;
    onProgress(count);
  };

  for await (const item of items(signal)) {
    switch (item.kind) {
      case "conversation":
        await finish();
        current = { conversation: item, messages: [] };
        break;
      case "message":
        if (current && current.conversation.deleted_at === null)
          missing += await addImages(
            item,
            folderOf(projects.get(current.conversation.project_id ?? "")),
            sink,
            signal,
          );
        current?.messages.push(item);
        break;
      case "file": {
        const folder = folderOf(projects.get(item.project_id ?? ""));
        const name = `${folder}files/${item.id.slice(-8)}-${safeName(item.name)}`;
        if (!(await addDownload(item.url, name, sink, signal))) missing += 1;
        break;
      }
      default:
        if (item.kind === "project") projects.set(item.id, { id: item.id, name: item.name });
        rest.push(item);
    }
  }
  await finish();
  await sink.add("account.json", jsonBlob({ items: rest }), true);
  return missing;
}

async function* items(signal: AbortSignal): AsyncGenerator<ExportItem> {
  let cursor: string | null = null;
  do {
    const query: { cursor?: string } = cursor === null ? {} : { cursor };
    const page: { items: ExportItem[]; next_cursor: string | null } = await reauthenticated(() =>
      body(api.GET("/user/me/export", { params: { query }, signal })),
    );
    yield* page.items;
    cursor = page.next_cursor;
  } while (cursor !== null);
}

async function addConversation(
  conversation: Conversation,
  messages: readonly Message[],
  project: { id: string; name: string } | null,
  sink: TakeOutSink,
  words: TakeOutWords,
): Promise<void> {
  const { kind: _, deleted_at: __, temporary: ___, project_id: ____, ...fields } = conversation;
  const title = conversation.title ?? words.untitled;
  const name = `${folderOf(project)}${safeName(title)} ${conversation.id.slice(-8)}`;
  const stored = messages.map(({ kind: _kind, conversation_id: _id, ...message }) => ({
    ...message,
    // Addresses expire; the images are beside the file.
    content: message.content.map((part) =>
      part.type === "image_url" ? { type: part.type, image_url: { key: part.image_url.key } } : part,
    ),
    ...(message.steps && {
      steps: message.steps.map((step) => ({
        ...step,
        ...(step.objects && {
          objects: step.objects.map(({ media_type, name: label }, index) => ({
            file: `images/${objectName(message.id, step.n, index, media_type)}`,
            media_type,
            name: label,
          })),
        }),
      })),
    }),
  }));
  const { id, name: projectName } = project ?? {};
  const whole = { ...fields, project: project && { id, name: projectName }, messages: stored };
  await sink.add(`${name}.json`, jsonBlob(whole), true);
  const markdown = toMarkdown(title, branchOf(conversation, messages), words);
  await sink.add(`${name}.md`, new Blob([markdown], { type: "text/markdown" }), true);
}

/** The branch that is shown, oldest first. */
function branchOf({ active_leaf_id }: Conversation, messages: readonly Message[]): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: Message[] = [];
  for (
    let message = byId.get(active_leaf_id ?? messages.at(-1)?.id ?? "");
    message;
    message = byId.get(message.parent_id ?? "")
  )
    branch.unshift(message);
  return branch;
}

function toMarkdown(title: string, branch: readonly Message[], words: TakeOutWords): string {
  const sections = branch.map((message) => {
    const content = message.content.map((part) => {
      if (part.type === "text") return part.text;
      if (part.type === "file") return `*[${part.file.name}]*`;
      return `![${words.image}](images/${baseName(part.image_url.key)})`;
    });
    const objects = (message.steps ?? []).flatMap((step) =>
      (step.objects ?? []).map(
        ({ media_type }, index) =>
          `![${words.image}](images/${objectName(message.id, step.n, index, media_type)})`,
      ),
    );
    return [`## ${words[message.role]}`, ...content, ...objects].join("\n\n");
  });
  return `${[`# ${title}`, ...sections].join("\n\n")}\n`;
}

/** Returns the number of images that the store does not have. */
async function addImages(
  message: Message,
  folder: string,
  sink: TakeOutSink,
  signal: AbortSignal,
): Promise<number> {
  const images = message.content.flatMap((part) =>
    part.type === "image_url" ? [{ url: part.image_url.url, name: baseName(part.image_url.key) }] : [],
  );
  for (const step of message.steps ?? [])
    for (const [index, { url, media_type }] of (step.objects ?? []).entries())
      images.push({ url, name: objectName(message.id, step.n, index, media_type) });
  let missing = 0;
  for (const { url, name } of images)
    if (!(await addDownload(url, `${folder}images/${name}`, sink, signal))) missing += 1;
  return missing;
}

/** False when the store does not have the object. */
async function addDownload(
  url: string,
  name: string,
  sink: TakeOutSink,
  signal: AbortSignal,
): Promise<boolean> {
  if (await sink.has(name)) return true;
  const response = await fetch(url, { signal });
  if (!response.ok) return false;
  await sink.add(name, await response.blob(), false);
  return true;
}

function objectName(messageId: string, n: number, index: number, mediaType: string): string {
  return `${messageId}-${n}-${index}.${EXTENSIONS[mediaType] ?? "bin"}`;
}

function folderOf(project: { id: string; name: string } | null | undefined): string {
  return project ? `${safeName(project.name)} ${project.id.slice(-8)}/` : "";
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A name without characters that file systems refuse. */
function safeName(name: string): string {
  const allowed = [...name].map((char) => (/[\p{Cc}\\/:*?"<>|]/u.test(char) ? " " : char)).join("");
  return (
    allowed
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, 60)
      .replace(/[. ]+$/, "") || "_"
  );
}

function jsonBlob(value: unknown): Blob {
  return new Blob([JSON.stringify(value, null, 1)], { type: "application/json" });
}
