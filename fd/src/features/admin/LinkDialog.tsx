import { Button } from "@/components/Button";
import { CopyFailure } from "@/components/CopyFailure";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";

/** Shows a link that is not stored, with a button that copies it. `url`: null while there is none. */
export function LinkDialog({
  url,
  title,
  hint,
  onClose,
}: {
  url: string | null;
  title: string;
  hint: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { copied, failed, copy } = useCopy(url ?? "");
  return (
    <Dialog open={url !== null} onClose={onClose} title={title} description={hint}>
      <TextField
        label={title}
        readOnly
        value={url ?? ""}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      {failed && <CopyFailure />}
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t("action.close")}</Button>
        <Button variant="primary" onClick={copy}>
          {t(copied ? "admin.linkCopied" : "admin.copyLink")}
        </Button>
      </div>
    </Dialog>
  );
}
