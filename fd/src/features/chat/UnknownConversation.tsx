import { MessageCircleOff } from "lucide-react";
import type { ReactNode } from "react";
import { Link, Navigate, useLocation } from "react-router";
import { useTranslation } from "@/i18n";
import { Header } from "./ConversationHeader";

/**
 * Empty state for the address of a conversation that does not exist, or that was deleted; a new one for who did not ask
 * for it (`orNew` in the location's state).
 */
export function UnknownConversation({ navigation }: { navigation: ReactNode }) {
  const { t } = useTranslation();
  const { orNew } = (useLocation().state ?? {}) as { orNew?: boolean };
  if (orNew) return <Navigate replace to="/" />;
  return (
    <div className="flex h-full flex-col">
      <Header navigation={navigation}>{null}</Header>
      <div className="column m-auto flex flex-col items-center gap-2 pb-[12vh] text-center">
        <MessageCircleOff aria-hidden className="mb-1 size-8 text-muted" />
        <h1 className="text-lg font-semibold">{t("conversations.unknown")}</h1>
        <p className="max-w-md text-sm text-muted">{t("conversations.unknownHint")}</p>
        <Link
          to="/"
          className="mt-3 inline-flex h-9 items-center rounded-lg bg-accent px-3.5 text-sm font-medium text-on-accent hover:opacity-90"
        >
          {t("conversations.new")}
        </Link>
      </div>
    </div>
  );
}
