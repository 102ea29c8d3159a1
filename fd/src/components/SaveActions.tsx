import { useTranslation } from "@/i18n";
import { Button } from "./Button";
import { ErrorNotice } from "./ErrorNotice";

/** The end of a form: the error of `saving`, and the buttons that cancel and submit. */
export function SaveActions({
  saving,
  label,
  variant = "primary",
  onCancel,
}: {
  saving: { error: unknown; isPending: boolean };
  label?: string;
  variant?: "primary" | "danger";
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  return (
    <>
      <ErrorNotice error={saving.error} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{t("action.cancel")}</Button>
        <Button type="submit" variant={variant} busy={saving.isPending}>
          {label ?? t("action.save")}
        </Button>
      </div>
    </>
  );
}
