import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { isAbort } from "@/api/errors";
import { Button } from "@/components/Button";
import { download } from "@/components/download";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { exportAccount } from "./export-account";

/** Download of everything the account owns, as one file. Leaving the page ends it. */
export function ExportData() {
  const { t } = useTranslation();
  const [exported, setExported] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async () => {
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    setError(null);
    setExported(0);
    try {
      download(await exportAccount(controller.signal, setExported));
    } catch (failure) {
      if (isAbort(failure)) return;
      setExported(null);
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <section aria-labelledby="export-data" className="border-t border-line pt-6">
      <h2 id="export-data" className="text-base font-semibold">
        {t("profile.exportTitle")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("profile.exportHint")}</p>
      <div className="flex flex-col items-start gap-3">
        <ErrorNotice error={error} />
        <Button busy={busy} onClick={() => void start()}>
          <Download aria-hidden className="icon" />
          {t("profile.export")}
        </Button>
        <p role="status" className="text-sm text-muted empty:hidden">
          {exported === null ? "" : t(busy ? "profile.exporting" : "profile.exported", { count: exported })}
        </p>
      </div>
    </section>
  );
}
