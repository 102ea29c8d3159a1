// Streaming reader of JSON files of any size: yields the elements of the file's list one by one, so that only one of them
// is in memory.

/** An element of the list: its value, or what is wrong with it. `cut`: the file ends within it. */
export type JsonElement = { value: unknown } | { problem: "cut" | "invalid" };

/** The bytes of a file cannot be read, or not be unpacked. */
export class UnreadableFile extends Error {}

/** Keys of the lists that are read element by element when the file is an object. */
const LISTS: ReadonlySet<string> = new Set(["items", "conversations", "chats"]);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The elements of a file that is a list, or an object with one of the lists above; any other file is one element.
 * `onProgress` receives the number of bytes read. Throws UnreadableFile.
 */
export async function* readElements(
  stream: ReadableStream<Uint8Array>,
  onProgress: (bytes: number) => void = () => {},
): AsyncGenerator<JsonElement> {
  const splitter = new Splitter();
  for await (const chunk of chunksOf(stream)) {
    onProgress(chunk.length);
    yield* splitter.push(chunk);
  }
  yield* splitter.end();
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new UnreadableFile();
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

class Splitter {
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The depth of the elements: 1 in a list, 2 in a list of an object; null until the list begins. */
  #elementDepth: number | null = null;
  #isList = false;
  /** The bytes of the current element, or of an object before its list. */
  #parts: Uint8Array[] = [];
  #hasContent = false;
  /** The bytes of the last string at depth 1 of an object, which is the key of the value that follows. */
  #key: number[] = [];
  #anyElement = false;

  *push(chunk: Uint8Array): Generator<JsonElement> {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
        if (this.#inString && this.#elementDepth === null && this.#depth === 1 && this.#key.length < 64)
          this.#key.push(byte);
        continue;
      }
      if (byte <= 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf) continue;
      if (byte === QUOTE) {
        this.#inString = true;
        this.#key = [];
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if (this.#elementDepth === null && byte === OPEN_LIST && this.#startsList()) {
          this.#depth += 1;
          this.#elementDepth = this.#depth;
          this.#isList = this.#depth === 1;
          this.#parts = [];
          this.#hasContent = false;
          start = at + 1;
          continue;
        }
        this.#depth += 1;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        if (this.#depth === this.#elementDepth) {
          yield* this.#element(chunk.subarray(start, at));
          this.#elementDepth = Number.POSITIVE_INFINITY;
          start = at + 1;
        }
        this.#depth -= 1;
      } else if (byte === COMMA && this.#depth === this.#elementDepth) {
        yield* this.#element(chunk.subarray(start, at));
        start = at + 1;
        continue;
      }
      this.#hasContent = true;
    }
    // Bytes after the list are of no use.
    if (this.#elementDepth !== Number.POSITIVE_INFINITY) this.#parts.push(chunk.slice(start));
  }

  *end(): Generator<JsonElement> {
    if (this.#elementDepth === Number.POSITIVE_INFINITY) return;
    if (this.#elementDepth !== null) {
      // The list has no end: what remains is the beginning of an element, if anything.
      if (this.#hasContent || !this.#anyElement || this.#isList) yield { problem: "cut" };
      return;
    }
    const value = parse(this.#parts);
    yield value === undefined ? { problem: this.#depth > 0 ? "cut" : "invalid" } : { value };
  }

  #startsList(): boolean {
    if (this.#depth === 0) return !this.#hasContent;
    return this.#depth === 1 && LISTS.has(new TextDecoder().decode(new Uint8Array(this.#key)));
  }

  *#element(rest: Uint8Array): Generator<JsonElement> {
    const parts = [...this.#parts, rest];
    const hasContent = this.#hasContent;
    this.#parts = [];
    this.#hasContent = false;
    if (!hasContent) return;
    this.#anyElement = true;
    const value = parse(parts);
    yield value === undefined ? { problem: "invalid" } : { value };
  }
}

function parse(parts: readonly Uint8Array[]): unknown {
  const decoder = new TextDecoder();
  const text = parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
