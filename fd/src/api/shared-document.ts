// The document of a share link, which anybody may have changed on its way: read field by field into new objects, so that
// nothing but the known fields, with values of their types, reaches the page.

export type SharedPart =
  | { readonly type: "text"; readonly text: string }
  /** `name`: of the object beside the document, or in a sealed document's images. */
  | { readonly type: "image"; readonly name: string }
  | { readonly type: "file"; readonly name: string };

export interface SharedSource {
  readonly n: number;
  readonly title: string;
  /** A URL of `http:` or `https:`. */
  readonly url: string;
}

export interface SharedStep {
  readonly tool: string;
  readonly title: string;
  readonly state: "done" | "failed" | "denied" | "unknown";
  /** Code points of the reply's text before it. */
  readonly at: number;
  /** As text. */
  readonly arguments: string;
  readonly preview: string;
  readonly result: string;
  readonly sources: readonly SharedSource[];
  readonly startedAt: string;
  readonly endedAt: string;
}

export interface SharedMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly SharedPart[];
  readonly createdAt: string;
  readonly model: string;
  readonly status: "completed" | "stopped" | "failed";
  readonly reasoning: string;
  readonly sources: readonly SharedSource[];
  readonly steps: readonly SharedStep[];
}

export interface SharedDocument {
  readonly title: string;
  readonly sharedAt: string;
  readonly expiresAt: string | null;
  /** A branch, oldest first; at least one. */
  readonly messages: readonly SharedMessage[];
}

/** A sealed document as it is uploaded: base64url. */
export interface SealedDocument {
  readonly iv: string;
  readonly data: string;
}

/** The backend's limits; a longer document is not from there. */
const MAX_MESSAGES = 5000;
const MAX_STEPS = 200;
const MAX_SOURCES = 1000;
const MAX_PARTS = 50;
const IMAGE_NAME = /^[0-9a-f]{32}\.(?:png|jpe?g|gif|webp)$/;
const IMAGE_DATA = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;

/** Thrown while reading; every reader below throws it for a value of another type. */
class Malformed extends Error {}

/** The document in a parsed JSON value; null when it is not one. */
export function readSharedDocument(value: unknown): SharedDocument | null {
  return readOrNull(() => {
    const document = objectOf(value);
    if (field(document, "format") !== 1) throw new Malformed();
    const messages = listOf(field(document, "messages"), MAX_MESSAGES).map(readMessage);
    if (messages.length === 0) throw new Malformed();
    return {
      title: optionalText(document, "title"),
      sharedAt: timeOf(field(document, "shared_at")),
      expiresAt: isAbsent(field(document, "expires_at")) ? null : timeOf(field(document, "expires_at")),
      messages,
    };
  });
}

/** The ciphertext in a parsed JSON value; null when it is not a sealed document. */
export function readSealedDocument(value: unknown): SealedDocument | null {
  return readOrNull(() => {
    const document = objectOf(value);
    if (field(document, "sealed") !== 1) throw new Malformed();
    return { iv: textOf(field(document, "iv")), data: textOf(field(document, "data")) };
  });
}

/** The images in a sealed document, as data URLs by name; null when one is not an image. */
export function readSealedImages(value: unknown): ReadonlyMap<string, string> | null {
  return readOrNull(
    () =>
      new Map(
        Object.entries(objectOf(value)).map(([name, data]) => {
          const url = textOf(data);
          if (!IMAGE_NAME.test(name) || !IMAGE_DATA.test(url)) throw new Malformed();
          return [name, url];
        }),
      ),
  );
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

function readMessage(value: unknown): SharedMessage {
  const message = objectOf(value);
  return {
    role: oneOf(field(message, "role"), ["user", "assistant"]),
    content: listOf(field(message, "content"), MAX_PARTS).map(readPart),
    createdAt: timeOf(field(message, "created_at")),
    model: optionalText(message, "model"),
    status: isAbsent(field(message, "status"))
      ? "completed"
      : oneOf(field(message, "status"), ["stopped", "failed"]),
    reasoning: optionalText(message, "reasoning"),
    sources: optionalList(message, "sources", MAX_SOURCES).map(readSource),
    steps: optionalList(message, "steps", MAX_STEPS).map(readStep),
  };
}

function readPart(value: unknown): SharedPart {
  const part = objectOf(value);
  switch (field(part, "type")) {
    case "text":
      return { type: "text", text: textOf(field(part, "text")) };
    case "image": {
      const name = textOf(field(part, "name"));
      if (!IMAGE_NAME.test(name)) throw new Malformed();
      return { type: "image", name };
    }
    case "file":
      return { type: "file", name: textOf(field(part, "name")) };
    default:
      throw new Malformed();
  }
}

function readSource(value: unknown): SharedSource {
  const source = objectOf(value);
  const url = textOf(field(source, "url"));
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw new Malformed();
  return { n: countOf(field(source, "n")), title: textOf(field(source, "title")), url };
}

function readStep(value: unknown): SharedStep {
  const step = objectOf(value);
  return {
    tool: textOf(field(step, "tool")),
    title: textOf(field(step, "title")),
    state: oneOf(field(step, "state"), ["done", "failed", "denied", "unknown"]),
    at: countOf(field(step, "at")),
    arguments: jsonOf(field(step, "arguments")),
    preview: optionalText(step, "preview"),
    result: optionalText(step, "result"),
    sources: optionalList(step, "sources", MAX_SOURCES).map(readSource),
    startedAt: timeOf(field(step, "started_at")),
    endedAt: timeOf(field(step, "ended_at")),
  };
}

type Json = Readonly<Record<string, unknown>>;

function objectOf(value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Malformed();
  return value as Json;
}

/** Own fields only: `__proto__` and the like are not fields. */
function field(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

const isAbsent = (value: unknown) => value === undefined || value === null;

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Malformed();
  return value;
}

const optionalText = (object: Json, name: string) =>
  isAbsent(field(object, name)) ? "" : textOf(field(object, name));

function listOf(value: unknown, most: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw new Malformed();
  return value;
}

const optionalList = (object: Json, name: string, most: number) =>
  isAbsent(field(object, name)) ? [] : listOf(field(object, name), most);

function countOf(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new Malformed();
  return value;
}

function timeOf(value: unknown): string {
  const text = textOf(value);
  if (Number.isNaN(Date.parse(text))) throw new Malformed();
  return text;
}

function oneOf<const T extends string>(value: unknown, values: readonly T[]): T {
  const found = values.find((item) => item === value);
  if (found === undefined) throw new Malformed();
  return found;
}

function jsonOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(objectOf(value), null, 2);
  } catch {
    // Nested too deeply, or not an object.
    throw new Malformed();
  }
}
