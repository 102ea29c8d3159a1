import { CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { Button } from "@/components/Button";
import { describeError, useTranslation } from "@/i18n";
import { Problems } from "./ImportPreview";
import type { Outcome } from "./import-outcome";
import { resetImport, undoImport, useImport } from "./import-session";

const ROWS = 100;

/** What became of each conversation, failures first, and the way back. */
export function ImportResults({ onChange }: { onChange: () => void }) {
  const { t } = useTranslation();
  const { phase, outcomes, scanned, cancelled } = useImport();
  const [shown, setShown] = useState(ROWS);
  const [undoing, setUndoing] = useState(false);
  const number = (state: Outcome["state"]) => outcomes.filter((outcome) => outcome.state === state).length;
  const failed = number("failed");
  const summary = [
    t("moving.imported", { count: number("imported") }),
    number("updated") > 0 ? t("moving.updated", { count: number("updated") }) : "",
    number("known") > 0 ? t("moving.known", { count: number("known") }) : "",
    failed > 0 ? t("moving.failed", { count: failed }) : "",
  ];
  const sorted = [...outcomes].sort((a, b) => Number(b.state === "failed") - Number(a.state === "failed"));
  return (
    <div className="flex flex-col gap-3">
      <div role="status" className="text-sm">
        <div className="font-medium">
          {phase === "undone" ? t("moving.undone") : t(cancelled ? "moving.cancelled" : "moving.done")}
        </div>
        {phase === "done" && <div className="text-muted">{summary.filter(Boolean).join(" · ")}</div>}
      </div>
      <div className="flex flex-wrap gap-2">
        {phase === "done" && number("imported") > 0 && (
          <Button
            busy={undoing}
            onClick={() => {
              setUndoing(true);
              void undoImport(onChange).finally(() => setUndoing(false));
            }}
          >
            {t("moving.undo")}
          </Button>
        )}
        <Button onClick={resetImport}>{t("moving.again")}</Button>
      </div>
      {phase === "done" && outcomes.length > 0 && (
        <ul
          aria-label={t("moving.results")}
          className="flex max-h-96 flex-col gap-1 overflow-y-auto rounded-xl border border-line p-2 text-sm"
        >
          {sorted.slice(0, shown).map((outcome) => (
            <Row key={outcome.key} outcome={outcome} />
          ))}
          {shown < sorted.length && (
            <li>
              <Button variant="quiet" onClick={() => setShown(shown + ROWS)}>
                {t("moving.more", { count: sorted.length - shown })}
              </Button>
            </li>
          )}
        </ul>
      )}
      <Problems problems={scanned.problems} />
    </div>
  );
}

function Row({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation();
  const title = outcome.title ?? t("conversations.untitled");
  if (outcome.state === "failed") {
    return (
      <li className="flex gap-2 px-1 py-0.5">
        <CircleAlert aria-hidden className="icon mt-0.5 shrink-0 text-danger" />
        <span className="min-w-0">
          <span dir="auto" className="block truncate">
            {title}
          </span>
          <span className="block text-muted">{describeError(t, outcome.error)}</span>
        </span>
      </li>
    );
  }
  return (
    <li className="flex gap-2 px-1 py-0.5">
      <CircleCheck aria-hidden className="icon mt-0.5 shrink-0 text-accent" />
      <Link
        to={`/c/${outcome.id}`}
        dir="auto"
        className="min-w-0 flex-1 truncate underline-offset-4 hover:underline"
      >
        {title}
      </Link>
      <span className="shrink-0 text-xs text-muted">{t(`moving.state_${outcome.state}`)}</span>
    </li>
  );
}
