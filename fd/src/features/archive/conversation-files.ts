// The files of a conversation in an archive: Markdown, JSON, images and documents, in a folder for each project.
// `read-own.ts` reads the JSON again.
import type { ExportItem } from "@/api/types";

/** Receives the files of an archive. */
export interface FileSink {
  /** Whether it has this file, from an earlier take-out. */
  has(name: string): Promise<boolean>;
  add(name: string, content: Blob, packed: boolean): Promise<void>;
}

export interface FileWords {
  readonly user: string;
  readonly assistant: string;
  readonly image: string;
  readonly untitled: string;
}

export type ExportedConversation = Omit<Extract<ExportItem, { kind: "conversation" }>, "kind">;
export type ExportedMessage = Omit<Extract<ExportItem, { kind: "message" }>, "kind" | "conversation_id">;
export type ProjectFolder = { id: string; name: string };

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
};

export async function addConversation(
  conversation: ExportedConversation,
  messages: readonly ExportedMessage[],
  project: ProjectFolder | null,
  sink: FileSink,
  words: FileWords,
): Promise<void> {
  const { deleted_at: _, temporary: __, project_id: ___, ...fields } = conversation;
  const title = conversation.title ?? words.untitled;
  const name = `${folderOf(project)}${safeName(title)} ${conversation.id.slice(-8)}`;
  const stored = messages.map((message) => ({
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
function branchOf(
  { active_leaf_id }: ExportedConversation,
  messages: readonly ExportedMessage[],
): ExportedMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: ExportedMessage[] = [];
  for (
    let message = byId.get(active_leaf_id ?? messages.at(-1)?.id ?? "");
    message;
    message = byId.get(message.parent_id ?? "")
  )
    branch.unshift(message);
  return branch;
}

function toMarkdown(title: string, branch: readonly ExportedMessage[], words: FileWords): string {
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
export async function addImages(
  message: ExportedMessage,
  project: ProjectFolder | null,
  sink: FileSink,
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
    if (!(await addDownload(url, `${folderOf(project)}images/${name}`, sink, signal))) missing += 1;
  return missing;
}

/** Adds a document, where a message that names it finds it. False when the store does not have it. */
export function addDocument(
  { id, name, url }: { id: string; name: string; url: string },
  project: ProjectFolder | null,
  sink: FileSink,
  signal: AbortSignal,
): Promise<boolean> {
  return addDownload(url, `${folderOf(project)}files/${documentName(id, name)}`, sink, signal);
}

/** The name of a document's file, by which an import finds it. */
function documentName(id: string, name: string): string {
  return `${id.slice(-8)}-${safeName(name)}`;
}

/** False when the store does not have the object. */
async function addDownload(url: string, name: string, sink: FileSink, signal: AbortSignal): Promise<boolean> {
  if (await sink.has(name)) return true;
  const response = await fetch(url, { signal });
  if (!response.ok) return false;
  await sink.add(name, await response.blob(), false);
  return true;
}

function objectName(messageId: string, n: number, index: number, mediaType: string): string {
  return `${messageId}-${n}-${index}.${EXTENSIONS[mediaType] ?? "bin"}`;
}

function folderOf(project: ProjectFolder | null): string {
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

export function jsonBlob(value: unknown): Blob {
  return new Blob([JSON.stringify(value, null, 1)], { type: "application/json" });
}
