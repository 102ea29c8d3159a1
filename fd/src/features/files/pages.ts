// Parts of the files feature that are loaded when they are shown.
import { lazyPart } from "@/components/lazy-part";

export { CARD, Facts, FileCard, KindIcon } from "./FileCard";
export { ProjectFiles } from "./ProjectFiles";
export { useProjectFiles } from "./queries";
export { readingError, renderPages, uploadFile } from "./upload";
export const FileViewer = lazyPart(async () => (await import("./FileViewer")).FileViewer);
