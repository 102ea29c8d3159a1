import { CircleAlert, FileCode, FileSpreadsheet, FileText, RotateCw, ScanText, X } from "lucide-react";
import type { ApiError } from "@/api/errors";
import type { StoredFile } from "@/api/types";
import { IconButton } from "@/components/Button";
import { Spinner } from "@/components/Spinner";
import { describeError, useTranslation } from "@/i18n";

/** A file of this page, on its way to the backend. */
export interface UploadedFile {
  readonly name: string;
  readonly file: Blob;
  readonly state: "waiting" | "uploading" | "reading" | "ready" | "failed";
  /** Upload progress in per cent, 0 to 100; null: that of another page, which is not known. */
  readonly percent: number | null;
  /** After its reading has ended. */
  readonly stored: Pick<StoredFile, "pages" | "tokens" | "page_images"> | null;
  readonly error: ApiError | null;
}

/** Longer files are not sent whole (`shared/chat/file_plan.py`), in tokens. */
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
export const CARD = "flex min-w-0 items-center gap-2.5 rounded-2xl border bg-raised p-2.5 text-start text-sm";

/** A file with its upload, its reading, and the reason for which it failed. */
export function FileCard({
  item,
  onRemove,
  onRetry,
  onPages,
  inProject = false,
}: {
  item: UploadedFile;
  onRemove: () => void;
  /** Uploads it again; absent where that is impossible. */
  onRetry?: () => void;
  /** Sends a scan as images of its pages; absent for a model that takes none. */
  onPages?: (() => void) | undefined;
  /** The file is a project's, whose scans go with each message. */
  inProject?: boolean;
}) {
  const { t, language } = useTranslation();
  const { name, state, percent, error, file } = item;
  const reason = error ? describeError(t, error) : "";
  const scan = state === "failed" ? item.stored?.page_images : undefined;
  const isCut = (item.stored?.pages ?? 0) > (scan?.count ?? 0);
  const offer = inProject
    ? isCut
      ? "files.addFirstPages"
      : "files.addPages"
    : isCut
      ? "files.sendFirstPages"
      : "files.sendPages";
  return (
    <div className={`${CARD} ${state === "failed" && !scan ? "border-danger" : "border-line"}`}>
      {scan ? (
        <ScanText aria-hidden className="size-5 flex-none text-muted" />
      ) : state === "failed" ? (
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
        {scan ? (
          <div role="alert" className="text-xs text-muted">
            <p>{t(onPages ? "files.scan" : "files.scanUnseen")}</p>
            {onPages && (
              <button
                type="button"
                onClick={onPages}
                className="min-h-6 text-start text-accent underline-offset-2 hover:underline pointer-coarse:min-h-11"
              >
                {t(offer, {
                  count: scan.count,
                  tokens: new Intl.NumberFormat(language).format(scan.tokens),
                })}
              </button>
            )}
          </div>
        ) : state === "failed" ? (
          <p role="alert" className="text-xs text-danger">
            <span className="sr-only">{t("files.failed", { name })}</span> {reason}
          </p>
        ) : state === "ready" ? (
          <Facts
            pages={item.stored?.pages}
            size={file.size}
            tokens={item.stored?.tokens}
            images={item.stored?.page_images?.count}
          />
        ) : state === "reading" || percent === null ? (
          <p role="status" className="truncate text-xs text-muted">
            {t(state === "reading" ? "files.reading" : "files.underway", { name })}
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
      {state === "failed" && onRetry && !PERMANENT.has(error?.code ?? "") && (
        <IconButton label={t("action.retry")} onClick={onRetry} size="small">
          <RotateCw aria-hidden className="size-3.5" />
        </IconButton>
      )}
      <IconButton label={t("files.remove", { name })} onClick={onRemove} size="small">
        <X aria-hidden className="size-3.5" />
      </IconButton>
    </div>
  );
}

/** The icon of a kind of file, by the name's suffix. */
export function KindIcon({ name }: { name: string }) {
  const Icon = TABLE.test(name) ? FileSpreadsheet : CODE.test(name) ? FileCode : FileText;
  return <Icon aria-hidden className="size-5 flex-none text-accent" />;
}

/**
 * Pages, size in bytes and tokens of a file that was read, and a note that the model searches in a long one. `images`: of
 * a scan.
 */
export function Facts({
  pages,
  size,
  tokens = 0,
  images,
}: {
  pages: number | null | undefined;
  size: number | undefined;
  tokens?: number | undefined;
  images?: number | undefined;
}) {
  const { t, language } = useTranslation();
  const number = new Intl.NumberFormat(language, { notation: "compact" });
  const facts = [
    ...(pages ? [t("files.pages", { count: pages })] : []),
    ...(images ? [t("files.images", { count: images })] : []),
    ...(size ? [sizeText(size, language)] : []),
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
    bytes < 1000
      ? (["byte", 1] as const)
      : bytes < 1_000_000
        ? (["kilobyte", 1000] as const)
        : (["megabyte", 1_000_000] as const);
  const format = new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / divisor);
}
