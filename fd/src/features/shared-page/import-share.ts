// Import of a share into the visitor's account.
import { api, body } from "@/api/client";
import { putObject } from "@/api/put-object";
import type { Conversation, Upload } from "@/api/types";
import type { LoadedShare } from "./load";
import { toImport } from "./to-import";

/** Uploads that one call announces. */
const BATCH = 10;
type Suffix = "jpg" | "jpeg" | "png" | "gif" | "webp";

/** Returns the id of the new conversation. Its images are copies; one that is gone is replaced with a note. */
export async function importShare(
  { document, imageUrl }: LoadedShare,
  words: { image: string; leftOut: string },
): Promise<string> {
  const names = document.messages.flatMap(({ role, content }) =>
    role === "user" ? content.flatMap((part) => (part.type === "image" ? part.name : [])) : [],
  );
  const images = await readImages([...new Set(names)], imageUrl);
  // Images are uploaded for a conversation; a temporary one is deleted if the import fails.
  const prepared = images.size
    ? await body(api.POST("/conversation/create", { body: { temporary: true } }))
    : null;
  const keys = prepared ? await uploadImages(prepared.id, images) : new Map<string, string>();
  const request = { ...toImport(document, keys, words), ...(prepared && { id: prepared.id }) };
  // Without a source, a conversation is always created.
  return ((await body(api.POST("/conversation/import", { body: request }))) as Conversation).id;
}

async function readImages(
  names: readonly string[],
  imageUrl: LoadedShare["imageUrl"],
): Promise<ReadonlyMap<string, Blob>> {
  const images = new Map<string, Blob>();
  for (const name of names) {
    const image = await readImage(imageUrl(name));
    if (image) images.set(name, image);
  }
  return images;
}

async function readImage(url: string): Promise<Blob | null> {
  const [, data] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? [];
  // The policy of the page allows no requests of `data:`.
  if (data !== undefined)
    return new Blob([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))]);
  const response = url === "" ? null : await fetch(url).catch(() => null);
  // A static site may answer with its page instead of a missing object.
  return response?.ok && response.headers.get("Content-Type")?.startsWith("image/") ? response.blob() : null;
}

/** The keys of the uploaded images, by name. */
async function uploadImages(
  conversationId: string,
  images: ReadonlyMap<string, Blob>,
): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  const entries = [...images];
  for (let start = 0; start < entries.length; start += BATCH) {
    const batch = entries.slice(start, start + BATCH);
    const suffixes = batch.map(([name]) => name.split(".").at(-1) as Suffix);
    const { items } = await body(
      api.POST("/chat/get_upload_presigned_url", { body: { conversation_id: conversationId, suffixes } }),
    );
    await Promise.all(
      batch.map(async ([name, image], index) => {
        const upload = items[index] as Upload;
        await putObject(upload, image, new AbortController().signal);
        keys.set(name, upload.key);
      }),
    );
  }
  return keys;
}
