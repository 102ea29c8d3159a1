// Take-out into a folder: what is there already is not written again.
import { Blob as NodeBlob } from "node:buffer";
import { expect, it } from "vitest";
import { folderSink } from "./folder-sink";

const blob = (text: string) => new NodeBlob([text]) as unknown as Blob;

/** A folder of the File System Access API, in memory. `written`: the names of the files, each time one is written. */
class MemoryFolder {
  readonly files = new Map<string, Blob>();
  readonly folders = new Map<string, MemoryFolder>();
  readonly written: string[];

  constructor(written: string[]) {
    this.written = written;
  }

  async getDirectoryHandle(name: string, { create }: { create: boolean }) {
    const folder = this.folders.get(name) ?? (create ? new MemoryFolder(this.written) : null);
    if (!folder) throw new DOMException("", "NotFoundError");
    this.folders.set(name, folder);
    return folder;
  }

  async getFileHandle(name: string, { create }: { create: boolean }) {
    if (!create && !this.files.has(name)) throw new DOMException("", "NotFoundError");
    return {
      getFile: async () => this.files.get(name),
      createWritable: async () => ({
        write: async (content: Blob) => {
          this.files.set(name, content);
          this.written.push(name);
        },
        close: async () => undefined,
      }),
    };
  }
}

it("writes files into folders, and only what has changed the next time", async () => {
  const written: string[] = [];
  const root = new MemoryFolder(written);
  const sink = folderSink(root as unknown as FileSystemDirectoryHandle);
  expect(await sink.has("Move/images/a.png")).toBe(false);
  await sink.add("Move/images/a.png", blob("png"), false);
  await sink.add("Move/Chat.md", blob("one"), true);
  expect(await sink.has("Move/images/a.png")).toBe(true);
  expect(written).toEqual(["a.png", "Chat.md"]);

  await sink.add("Move/Chat.md", blob("one"), true);
  expect(written).toEqual(["a.png", "Chat.md"]);
  await sink.add("Move/Chat.md", blob("two"), true);
  expect(written).toEqual(["a.png", "Chat.md", "Chat.md"]);
  expect(await root.folders.get("Move")?.files.get("Chat.md")?.text()).toBe("two");
});
