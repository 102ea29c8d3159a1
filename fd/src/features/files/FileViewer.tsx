import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api, body } from "@/api/client";
import { errorFromResponse, networkError } from "@/api/errors";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { CONTROL } from "@/components/Field";
import { Spinner } from "@/components/Spinner";
import { useTranslation } from "@/i18n";

/** The text of a file as the backend stores it (`shared/documents/text.py`). `line`: the number of a page's first line. */
interface FileText {
  readonly has_pages: boolean;
  readonly pages: readonly { readonly line: number; readonly label: string; readonly text: string }[];
  readonly outline: readonly { readonly title: string; readonly page: number }[];
}

/**
 * A dialog with the text of a file, page by page, the document itself where it is a PDF and the browser shows them, and a
 * link to the original. `page`: the one that is shown first.
 */
export function FileViewer({
  id,
  name,
  page,
  onClose,
}: {
  id: string;
  name: string;
  page: number;
  onClose: () => void;
}) {
  const { data, error } = useQuery({
    queryKey: ["file-text", id],
    queryFn: ({ signal }) => fetchFile(id, signal),
    // The link to the original is valid for an hour.
    staleTime: 30 * 60_000,
    retry: false,
  });
  return (
    <Dialog open size="large" onClose={onClose} title={name}>
      <ErrorNotice error={error} />
      {!data && !error && (
        <div className="grid h-40 place-items-center">
          <Spinner />
        </div>
      )}
      {data && <Views name={name} page={page} {...data} />}
    </Dialog>
  );
}

/** The views of a file, one at a time. A scan has no text. */
function Views({ name, page, url, isPdf, text }: ShownFile & { name: string; page: number }) {
  const { t } = useTranslation();
  const hasDocument = isPdf && navigator.pdfViewerEnabled;
  const [chosen, setChosen] = useState<"text" | "document">("text");
  const view = text ? chosen : "document";
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1">
        {text && hasDocument && (
          <div className="flex rounded-lg bg-hover p-0.5 text-sm">
            {(["text", "document"] as const).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={view === each}
                onClick={() => setChosen(each)}
                className="min-h-7 rounded-md px-3 text-muted aria-pressed:bg-raised aria-pressed:text-ink aria-pressed:shadow-raised pointer-coarse:min-h-11"
              >
                {t(each === "text" ? "files.text" : "files.document")}
              </button>
            ))}
          </div>
        )}
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          className="flex min-h-8 w-fit items-center gap-1.5 text-sm text-accent underline-offset-2 hover:underline"
        >
          <ExternalLink aria-hidden className="icon" />
          {t("files.original")}
        </a>
      </div>
      {view === "text" && text && <Pages name={name} text={text} first={page} />}
      {view === "document" && hasDocument && <PdfDocument name={name} url={url} page={page} />}
      {view === "document" && !hasDocument && <p className="text-sm text-muted">{t("files.noViewer")}</p>}
    </>
  );
}

/**
 * A PDF in the browser's own viewer. The frame has an object URL, whose type is set here: whatever was uploaded is not run
 * as a page. It has no `sandbox`, in which Chromium refuses to show PDF documents.
 */
function PdfDocument({ name, url, page }: { name: string; url: string; page: number }) {
  const { data, error } = useQuery({
    queryKey: ["file-bytes", url],
    queryFn: async ({ signal }) => {
      const bytes = await (await download(url, signal)).arrayBuffer();
      return new Blob([bytes], { type: "application/pdf" });
    },
    staleTime: Number.POSITIVE_INFINITY,
    // Up to 30 MB.
    gcTime: 0,
    retry: false,
  });
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!data) return;
    const created = URL.createObjectURL(data);
    setAddress(created);
    return () => URL.revokeObjectURL(created);
  }, [data]);
  return (
    <>
      <ErrorNotice error={error} />
      {!address && !error && (
        <div className="grid h-40 place-items-center">
          <Spinner />
        </div>
      )}
      {address && (
        <iframe
          title={name}
          src={`${address}#page=${page}`}
          className="h-[calc(100dvh-14rem)] w-full rounded-xl border border-line"
        />
      )}
    </>
  );
}

function Pages({ name, text, first }: { name: string; text: FileText; first: number }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const goTo = (page: number) => {
    const target = scroller.current?.querySelector(`[data-page="${page}"]`);
    const scroll = () => target?.scrollIntoView({ block: "start" });
    scroll();
    // Pages that come into view then get their real height, which moves the target.
    requestAnimationFrame(() => {
      scroll();
      requestAnimationFrame(scroll);
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; later the reader scrolls
  useEffect(() => {
    if (first > 1) goTo(first);
  }, []);
  const titleOf = (page: number, label: string) =>
    text.has_pages ? [t("files.page", { page }), label].filter(Boolean).join(" · ") : label;
  const targets =
    text.outline.length > 0
      ? text.outline
      : text.pages.map(({ label }, index) => ({ page: index + 1, title: titleOf(index + 1, label) }));
  return (
    <>
      {targets.length > 1 && text.pages.length > 1 && (
        <select
          aria-label={t("files.goTo")}
          defaultValue=""
          onChange={(event) => goTo(Number(event.target.value))}
          className={`${CONTROL} mb-3`}
        >
          <option value="" disabled>
            {t("files.goTo")}
          </option>
          {targets.map(({ page, title }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: headings have no other identity
            <option key={index} value={page}>
              {title || t("files.page", { page })}
            </option>
          ))}
        </select>
      )}
      <section
        ref={scroller}
        aria-label={name}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard
        tabIndex={0}
        className="max-h-[calc(100dvh-14rem)] overflow-y-auto rounded-xl border border-line bg-canvas px-4"
      >
        {text.pages.map(({ line, label, text: shown }, index) => {
          const title = titleOf(index + 1, label);
          return (
            <div
              key={line}
              data-page={index + 1}
              className="border-line py-4 [contain-intrinsic-size:auto_30rem] [content-visibility:auto] not-first:border-t"
            >
              {title && <h3 className="mb-2 text-xs font-medium text-muted">{title}</h3>}
              <div dir="auto" className="text-sm/6 wrap-anywhere whitespace-pre-wrap">
                {shown}
              </div>
            </div>
          );
        })}
      </section>
    </>
  );
}

/** `url`: of the original, valid for an hour. */
interface ShownFile {
  readonly url: string;
  readonly isPdf: boolean;
  readonly text: FileText | null;
}

/** Rejects with ApiError. */
async function fetchFile(id: string, signal: AbortSignal): Promise<ShownFile> {
  const file = await body(api.GET("/file/{file_id}", { params: { path: { file_id: id } }, signal }));
  const isPdf = file.media_type === "application/pdf" || /\.pdf$/i.test(file.name);
  const text = file.text_url ? ((await (await download(file.text_url, signal)).json()) as FileText) : null;
  return { url: file.download_url, isPdf, text };
}

/** Rejects with ApiError. */
async function download(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    throw networkError(error);
  });
  if (!response.ok) throw await errorFromResponse(response);
  return response;
}
