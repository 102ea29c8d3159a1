import { Download } from "lucide-react";
import { Button } from "@/components/Button";
import { CopyFailure } from "@/components/CopyFailure";
import { download } from "@/components/download";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";

/** New recovery codes, which are shown once, to copy or download them. */
export function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = codes.join("\n");
  const { copied, failed, copy } = useCopy(text);
  return (
    <div className="flex flex-col gap-4">
      <ul className="grid gap-x-6 gap-y-1 rounded-xl bg-surface px-4 py-3 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      {failed && <CopyFailure />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={copy}>{t(copied ? "action.copied" : "action.copy")}</Button>
        <Button
          onClick={() => download(new File([`${text}\n`], "chat-recovery-codes.txt", { type: "text/plain" }))}
        >
          <Download aria-hidden className="icon" />
          {t("mfaSettings.download")}
        </Button>
        <Button variant="primary" onClick={onClose}>
          {t("mfaSettings.codesSaved")}
        </Button>
      </div>
    </div>
  );
}
