// Take-out into a folder on the disk, where the browser has the File System Access API
// (https://wicg.github.io/file-system-access/). Files that are there already are not written again.
import type { FileSink } from "@/features/archive/pages";

type ChooseDirectory = (options: { mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;

export function canChooseFolder(): boolean {
  return "showDirectoryPicker" in window;
}

/** Throws AbortError when the user chooses none. */
export async function chooseFolder(): Promise<FileSink> {
  const { showDirectoryPicker } = window as unknown as { showDirectoryPicker: ChooseDirectory };
  return folderSink(await showDirectoryPicker({ mode: "readwrite" }));
}

export function folderSink(root: FileSystemDirectoryHandle): FileSink {
  const fileOf = async (path: string, create: boolean) => {
    const names = path.split("/");
    const name = names.pop() ?? "";
    let folder = root;
    for (const each of names) folder = await folder.getDirectoryHandle(each, { create });
    return folder.getFileHandle(name, { create });
  };
  const existing = async (path: string): Promise<File | null> => {
    try {
      return await (await fileOf(path, false)).getFile();
    } catch {
      return null;
    }
  };
  return {
    has: async (name) => ((await existing(name))?.size ?? 0) > 0,
    add: async (name, content) => {
      const before = await existing(name);
      if (before && before.size === content.size && (await before.text()) === (await content.text())) return;
      const stream = await (await fileOf(name, true)).createWritable();
      await stream.write(content);
      await stream.close();
    },
  };
}
