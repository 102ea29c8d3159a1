import { useTranslation } from "@/i18n";

/** Notice beside a copy button that could not copy. */
export function CopyFailure() {
  const { t } = useTranslation();
  return (
    <span role="alert" className="text-xs text-danger">
      {t("action.copyFailed")}
    </span>
  );
}
