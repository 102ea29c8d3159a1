import { CircleCheck } from "lucide-react";
import { memo, useState } from "react";
import { Link } from "react-router";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { type RowPosition, WindowedRows } from "@/components/WindowedRows";
import { describeError, useTranslation } from "@/i18n";
import { Problems } from "./ImportPreview";
import type { Outcome } from "./import-outcome";
import { resetImport, undoImport, useImport } from "./import-session";
import { ReasonGroups } from "./ReasonGroups";

type Failure = Outcome & { state: "failed" };
type Success = Exclude<Outcome, Failure>;

/** What became of each conversation, failures first, and the way back. */
export function ImportResults({ onChange }: { onChange: () => void }) {
  const { t } = useTranslation();
  const { phase, outcomes, created, scanned, cancelled } = useImport();
  const [confirming, setConfirming] = useState(false);
  const [undoing, setUndoing] = useState(false);
  const number = (state: Outcome["state"]) => outcomes.filter((outcome) => outcome.state === state).length;
  const failures = outcomes.filter((outcome) => outcome.state === "failed");
  const successes = outcomes.filter((outcome) => outcome.state !== "failed");
  const summary = [
    t("moving.imported", { count: number("imported") }),
    number("updated") > 0 ? t("moving.updated", { count: number("updated") }) : "",
    number("known") > 0 ? t("moving.known", { count: number("known") }) : "",
    failures.length > 0 ? t("moving.failed", { count: failures.length }) : "",
  ];
  return (
    <div className="flex flex-col gap-3">
      <div role="status" className="text-sm">
        <div className="font-medium">
          {phase === "undone" ? t("moving.undone") : t(cancelled ? "moving.cancelled" : "moving.done")}
        </div>
        {phase === "done" && <div className="text-muted">{summary.filter(Boolean).join(" · ")}</div>}
      </div>
      <div className="flex flex-wrap gap-2">
        {phase === "done" && (number("imported") > 0 || !created.isEmpty) && (
          <Button onClick={() => setConfirming(true)}>{t("moving.undo")}</Button>
        )}
        <Button onClick={resetImport}>{t("moving.again")}</Button>
      </div>
      {phase === "done" && outcomes.length > 0 && (
        <div className="max-h-96 overflow-y-auto rounded-xl border border-line p-2 text-sm">
          <ReasonGroups
            entries={failures.map(({ title, error }) => ({ name: title, reason: describeError(t, error) }))}
          />
          {successes.length > 0 && (
            <WindowedRows margin={100} items={successes} label={t("moving.results")}>
              {(outcome, position) => <Row key={outcome.key} outcome={outcome} position={position} />}
            </WindowedRows>
          )}
        </div>
      )}
      <ConfirmDialog
        open={confirming}
        title={t("moving.undoTitle")}
        description={t(created.isEmpty ? "moving.undoHint" : "moving.undoAccountHint")}
        confirmLabel={t("moving.undo")}
        busy={undoing}
        onConfirm={() => {
          setUndoing(true);
          void undoImport(onChange).finally(() => {
            setUndoing(false);
            setConfirming(false);
          });
        }}
        onClose={() => setConfirming(false)}
      />
      <Problems problems={scanned.problems} />
    </div>
  );
}

const Row = memo(function Row({ outcome, position }: { outcome: Success; position: RowPosition }) {
  const { t } = useTranslation();
  return (
    <li {...position} className="flex items-center gap-2 px-1 py-0.5">
      <CircleCheck aria-hidden className="icon shrink-0 text-accent" />
      <Link
        to={`/c/${outcome.id}`}
        dir="auto"
        className="min-w-0 flex-1 truncate underline-offset-4 hover:underline"
      >
        {outcome.title ?? t("conversations.untitled")}
      </Link>
      <span className="shrink-0 text-xs text-muted">{t(`moving.state_${outcome.state}`)}</span>
    </li>
  );
});
