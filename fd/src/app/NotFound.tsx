import { Link } from "react-router";
import { useTranslation } from "@/i18n";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <div className="grid h-full place-content-center gap-2 p-6 text-center">
      <h1 className="text-lg font-semibold">{t("app.notFound")}</h1>
      <Link to="/" className="text-sm text-accent underline-offset-4 hover:underline">
        {t("app.toStart")}
      </Link>
    </div>
  );
}
