import { useQueryClient } from "@tanstack/react-query";
import { FilePlus2, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { StoredFile } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import { CARD, Facts, FileCard, KindIcon } from "./FileCard";
import { FileViewer } from "./FileViewer";
import { uploadsOf } from "./project-uploads";
import { refreshProjectFiles, useAddPages, useDeleteProjectFile, useProjectFiles } from "./queries";
import { readingError } from "./upload";

/** The files of a project, which models can search and read in each of its chats. Files are added by a button, by drop and by paste. */
export function ProjectFiles({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const files = useProjectFiles(projectId);
  const [uploads] = useState(() => uploadsOf(projectId, () => refreshProjectFiles(queryClient, projectId)));
  const uploading = uploads.useItems();
  const pages = useAddPages(projectId);
  const [open, setOpen] = useState<StoredFile | null>(null);
  const [removing, setRemoving] = useState<StoredFile | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const dragged = useAddedFiles((added) => uploads.add(added));
  const stored = files.data?.filter(({ id }) => uploading.every((item) => item.id !== id)) ?? [];
  const shown = [
    ...uploading.map(({ key, state }) => `${key} ${state}`),
    ...stored.map(({ id, state }) => `${id} ${state}`),
  ];
  const section = useFocusKeeper<HTMLElement>(shown.join());
  const isEmpty = files.isSuccess && stored.length === 0 && uploading.length === 0;
  return (
    <section {...section} aria-labelledby="project-files" className="mt-6">
      <div className="flex items-center gap-2">
        <h2 id="project-files" className="flex-1 text-sm font-medium">
          {t("files.ofProject")}
        </h2>
        <Button variant="quiet" onClick={() => picker.current?.click()}>
          <FilePlus2 aria-hidden className="icon" />
          {t("files.add")}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ target }) => {
            uploads.add([...(target.files ?? [])]);
            target.value = "";
          }}
        />
      </div>
      <ErrorNotice error={files.error}>
        <Button onClick={() => void files.refetch()}>{t("action.retry")}</Button>
      </ErrorNotice>
      <ErrorNotice error={pages.error} />
      {files.isPending && <Skeleton className="mt-2 h-14" />}
      {isEmpty && (
        <p className="mt-1 rounded-xl border border-dashed border-line px-4 py-3 text-sm text-muted">
          {t("files.ofProjectHint")}
        </p>
      )}
      {(stored.length > 0 || uploading.length > 0) && (
        <ul className="mt-1 grid gap-2 sm:grid-cols-2">
          {uploading.map((item) => (
            <li key={item.key} className="min-w-0">
              <FileCard
                item={item}
                onRemove={() => uploads.remove(item.key)}
                onRetry={() => uploads.retry(item.key)}
              />
            </li>
          ))}
          {stored.map((file) => (
            <li key={file.id} className="min-w-0">
              <StoredFileCard
                file={file}
                onOpen={() => setOpen(file)}
                onRemove={() => setRemoving(file)}
                onPages={() => pages.mutate(file.id)}
              />
            </li>
          ))}
        </ul>
      )}
      {open && <FileViewer id={open.id} name={open.name} page={1} onClose={() => setOpen(null)} />}
      {removing && <RemoveFile file={removing} projectId={projectId} onClose={() => setRemoving(null)} />}
      {dragged && (
        <div className="pointer-events-none fixed inset-0 z-50 bg-canvas/90 p-4">
          <div className="grid h-full place-items-center rounded-3xl border-2 border-dashed border-accent text-lg font-medium text-accent">
            {t("files.dropHere")}
          </div>
        </div>
      )}
    </section>
  );
}

/** A file that the backend has; one that was read opens in the viewer. */
function StoredFileCard({
  file,
  onOpen,
  onRemove,
  onPages,
}: {
  file: StoredFile;
  onOpen: () => void;
  onRemove: () => void;
  /** Adds a scan as images of its pages. */
  onPages: () => void;
}) {
  const { t } = useTranslation();
  const { name, state, size, pages, tokens, page_images } = file;
  if (state !== "ready") {
    const item = {
      name,
      file: new Blob(),
      state,
      percent: null,
      stored: file,
      error: readingError(file),
    };
    return <FileCard item={item} onRemove={onRemove} onPages={onPages} inProject />;
  }
  return (
    <div className={`${CARD} border-line`}>
      <button
        type="button"
        aria-label={t("files.open", { name })}
        onClick={onOpen}
        className="-m-1.5 flex min-w-0 flex-1 items-center gap-2.5 rounded-xl p-1.5 text-start hover:bg-hover"
      >
        <KindIcon name={name} />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="block truncate font-medium" title={name}>
            {name}
          </span>
          <Facts pages={pages} size={size} tokens={tokens ?? 0} images={page_images?.count} />
        </span>
      </button>
      <IconButton label={t("files.remove", { name })} onClick={onRemove}>
        <Trash2 aria-hidden className="icon" />
      </IconButton>
    </div>
  );
}

/** Confirms the deletion of a project's file. */
function RemoveFile({
  file,
  projectId,
  onClose,
}: {
  file: StoredFile;
  projectId: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const deletion = useDeleteProjectFile(projectId);
  return (
    <ConfirmDialog
      open
      title={t("files.remove", { name: file.name })}
      description={t("files.removeHint")}
      confirmLabel={t("action.delete")}
      busy={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate(file.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

/** Calls back with files that are dropped or pasted anywhere in the page; returns whether files are dragged over it. */
function useAddedFiles(onFiles: (files: File[]) => void): boolean {
  const [dragged, setDragged] = useState(false);
  const current = useRef(onFiles);
  current.current = onFiles;
  useEffect(() => {
    const hasFiles = (data: DataTransfer | null) => data?.types.includes("Files") === true;
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      setDragged(true);
    };
    const onDragLeave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setDragged(false);
    };
    const onDrop = (event: DragEvent) => {
      setDragged(false);
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      current.current([...(event.dataTransfer?.files ?? [])]);
    };
    const onPaste = (event: ClipboardEvent) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (pasted.length === 0 || event.defaultPrevented) return;
      event.preventDefault();
      current.current(pasted);
    };
    document.addEventListener("dragover", onDragOver);
    document.addEventListener("dragleave", onDragLeave);
    document.addEventListener("drop", onDrop);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("dragover", onDragOver);
      document.removeEventListener("dragleave", onDragLeave);
      document.removeEventListener("drop", onDrop);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
  return dragged;
}
