// Encryption of a shared document in the browser: AES-256-GCM with a key that is only in the link's fragment, which browsers
// never send. The share's id is authenticated with the text, so that one share cannot be replaced with another.
import type { SealedDocument } from "./shared-document";

const ALGORITHM = "AES-GCM";
/** Bytes: NIST SP 800-38D, section 8.2. */
const IV_LENGTH = 12;

/** A new key as in a link: 256 bits in base64url. */
export function newShareKey(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** Encrypts a text for the share. */
export async function seal(text: string, key: string, shareId: string): Promise<SealedDocument> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_LENGTH));
  const data = await crypto.subtle.encrypt(
    parameters(iv, shareId),
    await importKey(key, "encrypt"),
    new TextEncoder().encode(text),
  );
  return { iv: toBase64Url(iv), data: toBase64Url(new Uint8Array(data)) };
}

/** The text of a sealed document; null when the key is another, or the document was changed. */
export async function unseal(
  { iv, data }: SealedDocument,
  key: string,
  shareId: string,
): Promise<string | null> {
  try {
    const text = await crypto.subtle.decrypt(
      parameters(fromBase64Url(iv), shareId),
      await importKey(key, "decrypt"),
      fromBase64Url(data),
    );
    return new TextDecoder("utf-8", { fatal: true }).decode(text);
  } catch {
    return null;
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, shareId: string): AesGcmParams {
  return { name: ALGORITHM, iv, additionalData: new TextEncoder().encode(shareId) };
}

function importKey(key: string, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", fromBase64Url(key), ALGORITHM, false, [usage]);
}

/** Bytes per call: the arguments of a call are limited. */
const CHUNK = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  let characters = "";
  for (let start = 0; start < bytes.length; start += CHUNK)
    characters += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return btoa(characters);
}

function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Throws for other characters. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
