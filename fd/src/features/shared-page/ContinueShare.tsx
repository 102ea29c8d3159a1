import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Spinner } from "@/components/Spinner";
import { refreshConversations } from "@/features/conversations";
import { useTranslation } from "@/i18n";
import { importShare } from "./import-share";
import { ProblemNotice } from "./ProblemNotice";
import { useShare } from "./useShare";

/** Imports the share of the page's address into the visitor's account, and opens the new conversation. */
export function ContinueShare() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const result = useShare();
  const [error, setError] = useState<unknown>(null);
  /** One import for each loaded share: an effect may run twice. */
  const imported = useRef<unknown>(null);
  const shared = result.state === "loaded" ? result.share : null;
  useEffect(() => {
    if (!shared || imported.current === shared) return;
    imported.current = shared;
    const words = { image: t("chat.image"), leftOut: t("sharedPage.leftOut") };
    importShare(shared, words)
      .then(async (id) => {
        refreshConversations(queryClient);
        await navigate(`/c/${id}`, { replace: true });
      })
      .catch(setError);
  }, [shared, t, navigate, queryClient]);
  const retry = () => {
    setError(null);
    result.reload();
  };
  return (
    <div className="flex h-full flex-col">
      {result.state === "failed" ? (
        <ProblemNotice problem={result.problem} onRetry={retry} />
      ) : error === null ? (
        <p role="status" className="m-auto flex items-center gap-2 text-muted">
          <Spinner />
          {t("sharedPage.importing")}
        </p>
      ) : (
        <div className="m-auto w-full max-w-md p-6">
          <ErrorNotice title={t("sharedPage.importFailed")} error={error}>
            <Button onClick={retry}>{t("action.retry")}</Button>
          </ErrorNotice>
        </div>
      )}
    </div>
  );
}
