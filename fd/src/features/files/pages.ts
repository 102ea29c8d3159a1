// Parts of the files feature that are loaded when they are shown.
import { lazyPart } from "@/components/lazy-part";

export { CARD, Facts, FileCard, KindIcon } from "./FileCard";
export { useProjectFiles } from "./queries";
export { readingError, renderPages, uploadFile } from "./upload";
// With dialogs, which cards do not need.
export const FileViewer = lazyPart(async () => (await import("./FileViewer")).FileViewer);
export const ProjectFiles = lazyPart(async () => (await import("./ProjectFiles")).ProjectFiles);
