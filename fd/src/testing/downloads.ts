import { vi } from "vitest";

/**
 * The files that are downloaded from now on, until the end of the test. Not by a mock of the module: test files share
 * their modules, and those that were loaded for another file would keep that file's mock.
 */
export function captureDownloads(): readonly File[] {
  const files: File[] = [];
  URL.createObjectURL = (file) => {
    files.push(file as File);
    return "blob:download";
  };
  URL.revokeObjectURL = () => undefined;
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue(undefined);
  return files;
}
