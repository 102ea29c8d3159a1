import { Link2Off } from "lucide-react";
import { Button } from "@/components/Button";
import { useTranslation } from "@/i18n";
import type { ShareProblem } from "./load";

/** The reason why a share cannot be shown, in place of it. */
export function ProblemNotice({ problem, onRetry }: { problem: ShareProblem; onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert" className="grid flex-1 place-content-center justify-items-center gap-3 p-6 text-center">
      <Link2Off aria-hidden className="icon size-8 text-muted" />
      <h1 className="text-lg font-semibold">{t(`sharedPage.${problem}`)}</h1>
      <p className="max-w-md text-sm text-muted">{t(`sharedPage.${problem}Hint`)}</p>
      {problem === "offline" && (
        <Button variant="primary" onClick={onRetry}>
          {t("action.retry")}
        </Button>
      )}
    </div>
  );
}
