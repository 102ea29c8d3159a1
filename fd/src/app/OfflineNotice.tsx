import { WifiOff } from "lucide-react";
import { useTranslation } from "@/i18n";
import { useOnline } from "@/offline";

/** A notice above the page while there is no network. */
export function OfflineNotice() {
  const { t } = useTranslation();
  const online = useOnline();
  return (
    <div role="status" className="shrink-0 text-center text-sm">
      {!online && (
        <p className="flex items-center justify-center gap-2 border-b border-line bg-surface px-4 py-1.5">
          <WifiOff aria-hidden className="icon" />
          {t("app.offline")}
        </p>
      )}
    </div>
  );
}
