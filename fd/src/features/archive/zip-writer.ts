// Writer of ZIP files (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT): the archive is a list of Blobs, which
// browsers move out of memory. Archives of more than 4 GB have the fields of ZIP64.

const UTF8_NAMES = 0x0800;
const STORED = 0;
const DEFLATED = 8;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
/** 1980-01-01, the first day that the format has: an entry's time is not needed. */
const DOS_DATE = 0x21;

export class ZipWriter {
  readonly #parts: Blob[] = [];
  readonly #directory: Uint8Array<ArrayBuffer>[] = [];
  #offset = 0;

  /** Adds a file. `packed`: compressed, which images do not need. */
  async add(name: string, content: Blob, packed: boolean): Promise<void> {
    const data = new Uint8Array(await content.arrayBuffer());
    const stored = packed ? await deflated(content) : new Blob([data]);
    const fields = {
      name: new TextEncoder().encode(name),
      crc: crc32(data),
      size: data.length,
      stored,
      packed,
    };
    const header = localHeader(fields);
    this.#directory.push(directoryEntry(fields, this.#offset));
    this.#parts.push(new Blob([header]), stored);
    this.#offset += header.length + stored.size;
  }

  end(): Blob {
    const directory = new Blob(this.#directory);
    const end = endOfDirectory(this.#directory.length, directory.size, this.#offset);
    return new Blob([...this.#parts, directory, end], { type: "application/zip" });
  }
}

interface EntryFields {
  name: Uint8Array;
  crc: number;
  size: number;
  stored: Blob;
  packed: boolean;
}

async function deflated(content: Blob): Promise<Blob> {
  const stream = content.stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Response(stream).blob();
}

/** Version to `name length` of an entry, which both of its headers have. */
function common({ name, crc, size, stored, packed }: EntryFields): Writer {
  return new Writer()
    .u16(20)
    .u16(UTF8_NAMES)
    .u16(packed ? DEFLATED : STORED)
    .u16(0)
    .u16(DOS_DATE)
    .u32(crc)
    .u32(stored.size)
    .u32(size)
    .u16(name.length);
}

function localHeader(fields: EntryFields): Uint8Array<ArrayBuffer> {
  return new Writer().u32(0x04034b50).bytes(common(fields).done()).u16(0).bytes(fields.name).done();
}

function directoryEntry(fields: EntryFields, offset: number): Uint8Array<ArrayBuffer> {
  const extra = offset < MAX_32 ? new Writer() : new Writer().u16(1).u16(8).u64(offset);
  const extraBytes = extra.done();
  return new Writer()
    .u32(0x02014b50)
    .u16(offset < MAX_32 ? 20 : 45)
    .bytes(common(fields).done())
    .u16(extraBytes.length)
    .u16(0)
    .u16(0)
    .u16(0)
    .u32(0)
    .u32(Math.min(offset, MAX_32))
    .bytes(fields.name)
    .bytes(extraBytes)
    .done();
}

function endOfDirectory(count: number, size: number, offset: number): Uint8Array<ArrayBuffer> {
  const end = new Writer();
  if (count >= MAX_16 || size >= MAX_32 || offset >= MAX_32) {
    end.u32(0x06064b50).u64(44).u16(45).u16(45).u32(0).u32(0).u64(count).u64(count).u64(size).u64(offset);
    end
      .u32(0x07064b50)
      .u32(0)
      .u64(offset + size)
      .u32(1);
  }
  const short = Math.min(count, MAX_16);
  return end
    .u32(0x06054b50)
    .u16(0)
    .u16(0)
    .u16(short)
    .u16(short)
    .u32(Math.min(size, MAX_32))
    .u32(Math.min(offset, MAX_32))
    .u16(0)
    .done();
}

/** Little-endian bytes. */
class Writer {
  readonly #bytes: number[] = [];

  u16(value: number): this {
    this.#bytes.push(value & 0xff, (value >>> 8) & 0xff);
    return this;
  }

  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }

  u64(value: number): this {
    return this.u32(value >>> 0).u32(Math.floor(value / 2 ** 32));
  }

  bytes(values: Uint8Array): this {
    this.#bytes.push(...values);
    return this;
  }

  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes);
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(data: Uint8Array): number {
  let crc = MAX_32;
  for (const byte of data) crc = (CRC_TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ MAX_32) >>> 0;
}
