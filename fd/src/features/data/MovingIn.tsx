import { useQueryClient } from "@tanstack/react-query";
import { Upload } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { ImportPreview } from "./ImportPreview";
import { ImportResults } from "./ImportResults";
import { cancelImport, resetImport, scanFiles, startImport, useImport } from "./import-session";
import { Progress } from "./Progress";

/** Import of conversations from the exports of this and other products. */
export function MovingIn() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const phase = useImport((state) => state.phase);
  const error = useImport((state) => state.error);
  const share = useImport((state) => state.share);
  const done = useImport((state) => state.outcomes.length);
  const total = useImport((state) => state.chosen.size);
  const words = { image: t("moving.imageNote") };
  // An import changes most of what the account has.
  const refresh = () => void queryClient.invalidateQueries();
  return (
    <section aria-labelledby="moving-in" className="flex flex-col gap-3">
      <div>
        <h2 id="moving-in" className="text-base font-semibold">
          {t("moving.title")}
        </h2>
        <p className="text-sm text-muted">{t("moving.hint")}</p>
      </div>
      <ErrorNotice error={error} />
      {phase === "idle" && <FilePicker onFiles={(files) => void scanFiles(files, words)} />}
      {phase === "scanning" && (
        <Progress label={t("moving.scanning")} value={share}>
          <Button onClick={resetImport}>{t("action.cancel")}</Button>
        </Progress>
      )}
      {phase === "preview" && (
        <ImportPreview onImport={() => void startImport(words, refresh)} onCancel={resetImport} />
      )}
      {phase === "importing" && (
        <Progress label={t("moving.importing", { done, total })} value={total > 0 ? done / total : 0}>
          <Button onClick={cancelImport}>{t("action.cancel")}</Button>
        </Progress>
      )}
      {(phase === "done" || phase === "undone") && <ImportResults onChange={refresh} />}
    </section>
  );
}

function FilePicker({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { t } = useTranslation();
  const picker = useRef<HTMLInputElement>(null);
  const [dragging, setDragging] = useState(false);
  return (
    <>
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
          const files = [...event.dataTransfer.files];
          if (files.length > 0) onFiles(files);
        }}
        className={`flex flex-wrap items-center gap-3 rounded-xl border border-dashed p-4 ${dragging ? "border-accent bg-surface" : "border-strong-line"}`}
      >
        <Button onClick={() => picker.current?.click()}>
          <Upload aria-hidden className="icon" />
          {t("moving.choose")}
        </Button>
        <span className="text-sm text-muted">{t("moving.drop")}</span>
        <input
          ref={picker}
          type="file"
          accept=".zip,.json,application/zip,application/json"
          multiple
          hidden
          aria-label={t("moving.choose")}
          onChange={({ target }) => {
            const files = [...(target.files ?? [])];
            target.value = "";
            if (files.length > 0) onFiles(files);
          }}
        />
      </div>
      <details className="text-sm text-muted">
        <summary className="w-fit cursor-pointer rounded-md">{t("moving.where")}</summary>
        <ul className="mt-2 flex list-disc flex-col gap-1 ps-5">
          <li>{t("moving.whereChatgpt")}</li>
          <li>{t("moving.whereClaude")}</li>
          <li>{t("moving.whereOpenWebui")}</li>
          <li>{t("moving.whereLibrechat")}</li>
          <li>{t("moving.whereOwn")}</li>
        </ul>
      </details>
    </>
  );
}
