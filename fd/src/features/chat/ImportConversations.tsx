import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { api, body } from "@/api/client";
import { ApiError, toApiError } from "@/api/errors";
import type { Conversation } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { refreshConversations } from "@/features/conversations";
import { useTranslation } from "@/i18n";
import { readExport } from "./import-file";

/** File size limit, above the backend's own, to save memory. */
const MAX_FILE_BYTES = 20_000_000;

type Outcome = { id: number; name: string } & (
  | { conversation: Conversation; images: number }
  | { error: ApiError }
);

/** Imports conversations from JSON exports, chosen or dropped. */
export function ImportConversations() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [dragging, setDragging] = useState(false);
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);

  const importFile = async (file: File) => {
    if (file.size > MAX_FILE_BYTES) throw new ApiError({ status: 413, code: "payload_too_large" });
    const read = readExport(await file.text(), { image: t("import.imageNote") });
    const call = api.POST("/conversation/import", { body: read.body });
    // Without a source, a conversation is always created.
    return { conversation: (await body(call)) as Conversation, images: read.images };
  };

  const importFiles = async (files: readonly File[]) => {
    setBusy(true);
    setOutcomes([]);
    for (const [id, file] of files.entries()) {
      const outcome = await importFile(file).catch((error: unknown) => ({ error: toFileError(error) }));
      setOutcomes((before) => [...before, { id, name: file.name, ...outcome }]);
    }
    setBusy(false);
    refreshConversations(queryClient);
  };

  return (
    <section aria-labelledby="import" className="mt-8 border-t border-line pt-6">
      <h2 id="import" className="text-sm font-medium">
        {t("import.title")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("import.hint")}</p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same by keyboard */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setDragging(true);
        }}
        onDragLeave={() => setDragging(false)}
        onDrop={(event) => {
          event.preventDefault();
          setDragging(false);
          if (!busy) void importFiles([...event.dataTransfer.files]);
        }}
        className={`flex flex-wrap items-center gap-3 rounded-xl border border-dashed p-4 ${dragging ? "border-accent bg-surface" : "border-strong-line"}`}
      >
        <Button busy={busy} onClick={() => picker.current?.click()}>
          <Upload aria-hidden className="icon" />
          {t("import.choose")}
        </Button>
        <span className="text-sm text-muted">{t("import.drop")}</span>
        <input
          ref={picker}
          type="file"
          accept=".json,application/json"
          multiple
          hidden
          aria-label={t("import.choose")}
          onChange={({ target }) => {
            void importFiles([...(target.files ?? [])]);
            target.value = "";
          }}
        />
      </div>
      <ul aria-live="polite" className="mt-3 flex flex-col gap-2 empty:hidden">
        {outcomes.map((outcome) => (
          <li key={outcome.id}>
            {"error" in outcome ? (
              <ErrorNotice title={t("import.failed", { name: outcome.name })} error={outcome.error} />
            ) : (
              <Imported conversation={outcome.conversation} images={outcome.images} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Imported({ conversation, images }: { conversation: Conversation; images: number }) {
  const { t } = useTranslation();
  return (
    <div className="flex gap-2.5 rounded-lg bg-surface px-3.5 py-2.5 text-sm">
      <CircleCheck aria-hidden className="icon mt-px text-accent" />
      <div className="min-w-0">
        <Link
          to={`/c/${conversation.id}`}
          className="font-medium text-accent underline-offset-4 hover:underline"
        >
          {conversation.title || t("conversations.untitled")}
        </Link>
        {images > 0 && <div className="text-muted">{t("import.imagesLeftOut", { count: images })}</div>}
      </div>
    </div>
  );
}

/** Validation errors of the backend become `invalid_export`: the user has not entered the fields. */
function toFileError(error: unknown): ApiError {
  const { code, status, requestId } = toApiError(error);
  return code === "validation_error"
    ? new ApiError({ status, code: "invalid_export", requestId })
    : toApiError(error);
}
