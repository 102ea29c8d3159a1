import { Search } from "lucide-react";
import { useState } from "react";
import type { Conversation, FileExcerpt, FilePart } from "@/api/types";
import { Spinner } from "@/components/Spinner";
import { useConversation } from "@/features/conversations";
import { CARD, Facts, FileViewer, KindIcon, useProjectFiles } from "@/features/files/pages";
import { useTranslation } from "@/i18n";

/** What follows the name and the letter p of a citation. */
const CITED_PAGE = /^p?\. ?(\d+)/;

/** The files of a message; each opens in the viewer. */
export function MessageFiles({ files }: { files: readonly FilePart[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<FilePart["file"] | null>(null);
  return (
    <>
      <ul className="flex max-w-full flex-wrap justify-end gap-2">
        {files.map(({ file }, index) => (
          // A file that is being read has no id yet.
          <li key={file.id || index} className="max-w-full">
            {file.id === "" ? (
              <div role="status" className={`${CARD} w-72 max-w-full border-line`}>
                <Spinner />
                <span dir="auto" className="min-w-0 truncate text-muted">
                  {t("files.reading", { name: file.name })}
                </span>
              </div>
            ) : (
              <button
                type="button"
                aria-label={t("files.open", { name: file.name })}
                onClick={() => setOpen(file)}
                className={`${CARD} w-72 max-w-full border-line hover:bg-surface`}
              >
                <KindIcon name={file.name} />
                <span className="min-w-0 flex-1">
                  <span dir="auto" className="block truncate font-medium">
                    {file.name}
                  </span>
                  <Facts pages={file.pages} size={file.size} tokens={file.tokens} images={file.images} />
                </span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {open && <FileViewer id={open.id} name={open.name} page={1} onClose={() => setOpen(null)} />}
    </>
  );
}

/** The parts of long files that the model was given with the question. */
export function FileExcerpts({ excerpts }: { excerpts: readonly FileExcerpt[] }) {
  const { t, language } = useTranslation();
  const [open, setOpen] = useState<FileExcerpt | null>(null);
  const list = new Intl.ListFormat(language, { type: "unit", style: "short" });
  return (
    <>
      <ul className="text-sm text-muted">
        {excerpts.map((excerpt) => (
          <li key={excerpt.id}>
            <button
              type="button"
              onClick={() => setOpen(excerpt)}
              className="flex max-w-full items-start gap-1.5 text-start underline-offset-2 hover:text-ink hover:underline"
            >
              <Search aria-hidden className="icon mt-px flex-none" />
              <span dir="auto" className="min-w-0 wrap-anywhere">
                {excerpt.pages.length > 0
                  ? t("files.excerptPages", {
                      name: excerpt.name,
                      pages: list.format(excerpt.pages.map(String)),
                    })
                  : t("files.excerpt", { name: excerpt.name })}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {open && (
        <FileViewer id={open.id} name={open.name} page={open.pages[0] ?? 1} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

/**
 * The pages that a reply cites as `[name p. 3]`, for files of the conversation and of its project; each opens in the
 * viewer.
 */
export function FileCitations({
  text,
  files,
  conversationId,
}: {
  text: string;
  files: readonly FilePart["file"][];
  conversationId: string | null;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ id: string; name: string; page: number } | null>(null);
  const projectId = useConversation(conversationId, projectOf).data ?? null;
  const ofProject = useProjectFiles(projectId).data ?? [];
  const cited = citationsIn(text, [...files, ...ofProject]);
  if (cited.length === 0) return null;
  return (
    <>
      <ul className="flex flex-col gap-1 text-sm text-muted">
        {cited.map(({ id, name, pages }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-2">
            <span dir="auto" className="min-w-0 wrap-anywhere">
              {t("files.cited", { name })}
            </span>
            {pages.map((page) => (
              <button
                key={page}
                type="button"
                onClick={() => setOpen({ id, name, page })}
                className="min-h-6 text-accent underline-offset-2 hover:underline pointer-coarse:min-h-11"
              >
                {t("files.page", { page })}
              </button>
            ))}
          </li>
        ))}
      </ul>
      {open && <FileViewer {...open} onClose={() => setOpen(null)} />}
    </>
  );
}

const projectOf = ({ project_id }: Conversation) => project_id ?? null;

/** The pages cited of each file, in order; a range counts as its first page. */
function citationsIn(text: string, files: readonly { readonly id: string; readonly name: string }[]) {
  return files.flatMap(({ id, name }) => {
    const found = text.split(`[${name} p`).slice(1);
    const pages = new Set(found.flatMap((after) => Number(CITED_PAGE.exec(after)?.[1]) || []));
    return pages.size > 0 ? [{ id, name, pages: [...pages].sort((a, b) => a - b) }] : [];
  });
}
