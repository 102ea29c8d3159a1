// Loads the copy behind a share link from the site: without a token, a function or a database.
import { unseal } from "@/api/sealed-document";
import {
  readSealedDocument,
  readSealedImages,
  readSharedDocument,
  type SharedDocument,
} from "@/api/shared-document";
import { shareObjectUrl } from "@/api/shared-links";

export interface LoadedShare {
  readonly document: SharedDocument;
  readonly imageUrl: (name: string) => string;
}

/**
 * Why a share cannot be shown. `gone`: it never existed, was revoked, or was deleted after its expiry. `locked`: it is
 * sealed, and the link has no key or another one. `damaged`: its object was changed. `offline`: it may be there.
 */
export type ShareProblem = "gone" | "expired" | "locked" | "damaged" | "offline";

export class ShareUnavailable extends Error {
  readonly problem: ShareProblem;

  constructor(problem: ShareProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** The backend's limit of a sealed document, and some more; a larger object is not from there. */
const MAX_BYTES = 17 * 1024 * 1024;

/** Throws ShareUnavailable. */
export async function loadShare(id: string, key: string | null, signal: AbortSignal): Promise<LoadedShare> {
  const value = await fetchJson(shareObjectUrl(id), signal);
  const sealed = readSealedDocument(value);
  if (!sealed) return checked(value, (name) => shareObjectUrl(id, name));
  const text = key === null ? null : await unseal(sealed, key, id);
  if (text === null) throw new ShareUnavailable("locked");
  const content = parse(text);
  const images = readSealedImages(partOf(content, "images"));
  if (!images) throw new ShareUnavailable("damaged");
  return checked(partOf(content, "document"), (name) => images.get(name) ?? "");
}

function checked(value: unknown, imageUrl: LoadedShare["imageUrl"]): LoadedShare {
  const document = readSharedDocument(value);
  if (!document) throw new ShareUnavailable("damaged");
  // The object is deleted once a day.
  if (document.expiresAt !== null && Date.parse(document.expiresAt) <= Date.now())
    throw new ShareUnavailable("expired");
  return { document, imageUrl };
}

const partOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    // The browser's copy may be of before an update, or a revocation.
    response = await fetch(url, {
      signal,
      cache: "no-cache",
      credentials: "omit",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ShareUnavailable("offline");
  }
  // A static site may answer with its page instead of a missing object.
  const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
  if (response.status === 404 || response.status === 403 || isPage) throw new ShareUnavailable("gone");
  if (!response.ok) throw new ShareUnavailable("offline");
  return parse(await textOf(response, signal));
}

/** The body of a response, up to the limit: an object of gigabytes must not fill the memory. */
async function textOf(response: Response, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = "";
  let size = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      size += part.value.length;
      if (size > MAX_BYTES) break;
      text += decoder.decode(part.value, { stream: true });
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ShareUnavailable("offline");
  }
  if (size > MAX_BYTES) {
    void reader?.cancel();
    throw new ShareUnavailable("damaged");
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ShareUnavailable("damaged");
  }
}
