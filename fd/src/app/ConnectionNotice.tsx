import { Database, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import { waitingCalls } from "@/api/unavailable";
import { useTranslation } from "@/i18n";
import { useOnline } from "@/offline";

/** A notice above the page while there is no network, or while calls wait for the backend's database. */
export function ConnectionNotice() {
  const { t } = useTranslation();
  const online = useOnline();
  const waiting = useStore(waitingCalls) > 0;
  return (
    <div role="status" className="shrink-0 text-center text-sm print:hidden">
      {!online ? (
        <Notice icon={<WifiOff aria-hidden className="icon" />} text={t("app.offline")} />
      ) : (
        waiting && <Notice icon={<Database aria-hidden className="icon" />} text={t("app.unavailable")} />
      )}
    </div>
  );
}

function Notice({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <p className="flex items-center justify-center gap-2 border-b border-line bg-surface px-4 py-1.5">
      {icon}
      {text}
    </p>
  );
}
