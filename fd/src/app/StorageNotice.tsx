import { useSyncExternalStore } from "react";
import { useTranslation } from "@/i18n";
import { storage } from "@/storage";

const subscribe = (listener: () => void) => storage.onFailure(listener);

/** A notice above the page while the browser stores nothing: the session and drafts end with the page. */
export function StorageNotice() {
  const { t } = useTranslation();
  const failure = useSyncExternalStore(subscribe, () => storage.failure);
  return (
    failure && (
      <p role="status" className="shrink-0 border-b border-line bg-surface px-4 py-1.5 text-center text-sm">
        {t("app.storageFailed")}
      </p>
    )
  );
}
