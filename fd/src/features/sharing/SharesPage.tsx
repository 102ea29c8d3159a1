import { Link } from "react-router";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import { useShares } from "./queries";
import { ShareLink } from "./ShareLink";

/** The settings page of share links: all of the user's. */
export function SharesPage() {
  const { t } = useTranslation();
  const shares = useShares();
  const list = useFocusKeeper<HTMLUListElement>(shares.data);
  const enabled = shares.data?.enabled !== false;
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t(enabled ? "sharing.settingsIntro" : "sharing.off")}</p>
      <ErrorNotice error={shares.error} />
      {shares.isPending && <Skeleton className="h-24" />}
      {shares.data?.items.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">{t("sharing.empty")}</p>
      )}
      <ul {...list} className="flex flex-col gap-3">
        {shares.data?.items.map((share) => (
          <li key={share.id} className="flex flex-col gap-2 rounded-xl border border-line p-4">
            <Link
              to={`/c/${share.conversation_id}`}
              dir="auto"
              title={t("sharing.openChat")}
              className="truncate text-sm font-medium hover:underline"
            >
              {share.title || t("conversations.untitled")}
            </Link>
            <ShareLink share={share} canUpdate={enabled} />
          </li>
        ))}
      </ul>
    </div>
  );
}
