// Reader of ZIP files of any size: reads the directory at the end of the file, and each entry on demand
// (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).

export interface ZipEntry {
  readonly name: string;
  /** Size in bytes when unpacked. */
  readonly size: number;
  readonly packedSize: number;
  readonly method: number;
  readonly offset: number;
  readonly encrypted: boolean;
}

export class DamagedZip extends Error {}

const STORED = 0;
const DEFLATED = 8;
const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const MAX_COMMENT = 0xffff;
const ZIP64 = 0xffffffff;

/** The files of an archive. Throws DamagedZip. */
export async function readDirectory(file: Blob): Promise<ZipEntry[]> {
  const { offset, size } = await findDirectory(file);
  if (offset + size > file.size) throw new DamagedZip();
  const view = await viewOf(file, offset, size);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= view.byteLength; ) {
    if (view.getUint32(at, true) !== DIRECTORY_ENTRY) break;
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const end = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true);
    if (end > view.byteLength) throw new DamagedZip();
    const sizes = sizes64(view, at, at + 46 + nameLength, extraLength);
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength));
    if (!name.endsWith("/"))
      entries.push({
        name,
        ...sizes,
        method: view.getUint16(at + 10, true),
        encrypted: (view.getUint16(at + 8, true) & 1) === 1,
      });
    at = end;
  }
  return entries;
}

/** The unpacked bytes of an entry as they are read. Throws DamagedZip. */
export async function openEntry(file: Blob, entry: ZipEntry): Promise<ReadableStream<Uint8Array>> {
  const header = await viewOf(file, entry.offset, 30);
  if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL_HEADER) throw new DamagedZip();
  const start = entry.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  if (entry.encrypted || start + entry.packedSize > file.size) throw new DamagedZip();
  const packed = file.slice(start, start + entry.packedSize).stream();
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) throw new DamagedZip();
  return packed.pipeThrough(
    new DecompressionStream("deflate-raw") as TransformStream<Uint8Array, Uint8Array>,
  );
}

async function findDirectory(file: Blob): Promise<{ offset: number; size: number }> {
  const length = Math.min(file.size, MAX_COMMENT + 22);
  const view = await viewOf(file, file.size - length, length);
  for (let at = view.byteLength - 22; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END_OF_DIRECTORY) continue;
    const size = view.getUint32(at + 12, true);
    const offset = view.getUint32(at + 16, true);
    if (offset !== ZIP64 && size !== ZIP64 && view.getUint16(at + 10, true) !== 0xffff)
      return { offset, size };
    if (at < 20 || view.getUint32(at - 20, true) !== LOCATOR_64) return { offset, size };
    const end = await viewOf(file, uint64(view, at - 20 + 8), 56);
    if (end.byteLength < 56 || end.getUint32(0, true) !== END_OF_DIRECTORY_64) throw new DamagedZip();
    return { size: uint64(end, 40), offset: uint64(end, 48) };
  }
  throw new DamagedZip();
}

/** Sizes and offset of a directory entry; those of more than 4 GB are in the extra field 1, in this order. */
function sizes64(view: DataView, at: number, extra: number, extraLength: number) {
  const sizes = {
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  for (let field = extra; field + 4 <= extra + extraLength; ) {
    const length = view.getUint16(field + 2, true);
    if (view.getUint16(field, true) === 1) {
      let value = field + 4;
      for (const name of ["size", "packedSize", "offset"] as const) {
        if (sizes[name] !== ZIP64 || value + 8 > field + 4 + length) continue;
        sizes[name] = uint64(view, value);
        value += 8;
      }
    }
    field += 4 + length;
  }
  return sizes;
}

function uint64(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

async function viewOf(file: Blob, start: number, length: number): Promise<DataView> {
  return new DataView(await file.slice(start, start + length).arrayBuffer());
}
