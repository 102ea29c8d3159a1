import { CircleAlert, FileCode, FileSpreadsheet, FileText, RotateCw, Search, X } from "lucide-react";
import { useState } from "react";
import type { FileExcerpt, FilePart } from "@/api/types";
import { IconButton } from "@/components/Button";
import { lazyPart } from "@/components/lazy-part";
import { Spinner } from "@/components/Spinner";
import { describeError, useTranslation } from "@/i18n";
import type { Attachment } from "./attachments";

const FileViewer = lazyPart(async () => (await import("./FileViewer")).FileViewer);

/** Longer files are not sent whole (`shared/chat/file_context.py`), in tokens. */
const MAX_WHOLE_TOKENS = 30_000;
const TABLE = /\.(xlsx|xls|ods|csv|tsv)$/i;
const CODE = /\.(json|xml|ya?ml|html?|[cm]?[jt]sx?|py|java|c|h|cpp|cs|go|rs|rb|php|sh|sql|css|ipynb|toml)$/i;
/** Codes of failures that a retry with the same bytes repeats. */
const PERMANENT = new Set([
  "file_kind",
  "file_encrypted",
  "file_empty_text",
  "file_too_long",
  "payload_too_large",
]);
/** What follows the name and the letter p of a citation. */
const CITED_PAGE = /^p?\. ?(\d+)/;
const CARD = "flex min-w-0 items-center gap-2.5 rounded-2xl border bg-raised p-2.5 text-start text-sm";

/** A file in the composer: its upload, its reading, and the reason for which it failed. */
export function AttachedFile({
  item,
  onRemove,
  onRetry,
}: {
  item: Attachment;
  onRemove: () => void;
  onRetry: () => void;
}) {
  const { t, language } = useTranslation();
  const { name, state, percent, error, file } = item;
  const reason = error ? describeError(t, error) : "";
  return (
    <div className={`${CARD} ${state === "failed" ? "border-danger" : "border-line"}`}>
      {state === "failed" ? (
        <CircleAlert aria-hidden className="size-5 flex-none text-danger" />
      ) : state === "ready" ? (
        <KindIcon name={name} />
      ) : (
        <Spinner />
      )}
      <div className="min-w-0 flex-1">
        <div dir="auto" className="truncate font-medium" title={name}>
          {name}
        </div>
        {state === "failed" ? (
          <p role="alert" className="text-xs text-danger">
            <span className="sr-only">{t("files.failed", { name })}</span> {reason}
          </p>
        ) : state === "ready" ? (
          <Facts pages={item.stored?.pages} tokens={item.stored?.tokens} />
        ) : state === "reading" ? (
          <p role="status" className="truncate text-xs text-muted">
            {t("files.reading", { name })}
          </p>
        ) : (
          <div className="flex items-center gap-2 text-xs text-muted">
            <progress
              max={100}
              value={percent}
              aria-label={t("files.uploading", { name, percent })}
              className="h-1 min-w-0 flex-1 appearance-none overflow-hidden rounded-full [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
            />
            {sizeText(file.size, language)}
          </div>
        )}
      </div>
      {state === "failed" && !PERMANENT.has(error?.code ?? "") && (
        <IconButton label={t("action.retry")} onClick={onRetry} size="small">
          <RotateCw aria-hidden className="size-3.5" />
        </IconButton>
      )}
      <IconButton label={t("chat.removeImage", { name })} onClick={onRemove} size="small">
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </div>
  );
}

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
                  <Facts pages={file.pages} tokens={file.tokens} />
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

/** The pages that a reply cites as `[name p. 3]`, for files of the conversation; each opens in the viewer. */
export function FileCitations({ text, files }: { text: string; files: readonly FilePart["file"][] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ id: string; name: string; page: number } | null>(null);
  const cited = citationsIn(text, files);
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

/** The pages cited of each file, in order; a range counts as its first page. */
function citationsIn(text: string, files: readonly FilePart["file"][]) {
  return files.flatMap(({ id, name }) => {
    const found = text.split(`[${name} p`).slice(1);
    const pages = new Set(found.flatMap((after) => Number(CITED_PAGE.exec(after)?.[1]) || []));
    return pages.size > 0 ? [{ id, name, pages: [...pages].sort((a, b) => a - b) }] : [];
  });
}

function KindIcon({ name }: { name: string }) {
  const Icon = TABLE.test(name) ? FileSpreadsheet : CODE.test(name) ? FileCode : FileText;
  return <Icon aria-hidden className="size-5 flex-none text-accent" />;
}

/** Pages and tokens of a file that was read, and a note that the model searches in a long one. */
function Facts({ pages, tokens = 0 }: { pages: number | null | undefined; tokens?: number | undefined }) {
  const { t, language } = useTranslation();
  const number = new Intl.NumberFormat(language, { notation: "compact" });
  const facts = [
    ...(pages ? [t("files.pages", { count: pages })] : []),
    ...(tokens > 0 ? [t("files.tokens", { tokens: number.format(tokens) })] : []),
  ];
  return (
    <span className="block text-xs text-muted">
      {facts.join(" · ")}
      {tokens > MAX_WHOLE_TOKENS && <span className="block">{t("files.searched")}</span>}
    </span>
  );
}

/** A size in bytes, in the unit that a reader expects of it. */
function sizeText(bytes: number, language: string): string {
  const [unit, divisor] =
    bytes < 1_000_000 ? (["kilobyte", 1000] as const) : (["megabyte", 1_000_000] as const);
  const format = new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / divisor);
}
