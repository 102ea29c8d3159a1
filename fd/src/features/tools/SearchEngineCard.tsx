import { CircleCheck, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { ApiError } from "@/api/errors";
import { errorFromMessage } from "@/api/provider-error";
import type { SearchEngine } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { type TextKey, useTranslation } from "@/i18n";
import { ENGINE_NAMES } from "./engines";
import { useDeleteSearchEngine, useSearchEngine, useTestSearchEngine } from "./queries";
import { SearchEngineForm } from "./SearchEngineForm";

/** The failures of a test for which this card has words of its own. */
const FAILURES: Readonly<Record<string, TextKey>> = {
  tool_auth: "tools.searchKeyRefused",
  tool_unreachable: "tools.searchUnreachable",
  tool_error: "tools.searchFailed",
  api_key_unreadable: "tools.searchKeyUnreadable",
};

/** The search engine of the tool that searches the web: the site's, or the user's own with their key. */
export function SearchEngineCard() {
  const { t } = useTranslation();
  const engine = useSearchEngine();
  const section = useFocusKeeper<HTMLElement>(engine.data?.provider);
  if (engine.error) return <ErrorNotice error={engine.error} />;
  if (!engine.data) return <Skeleton className="h-20" />;
  return (
    <section {...section} aria-labelledby="search-engine" className="rounded-xl border border-line p-4">
      <h2 id="search-engine" className="text-sm font-medium">
        {t("tools.search")}
      </h2>
      <Engine engine={engine.data} />
    </section>
  );
}

function Engine({ engine }: { engine: SearchEngine }) {
  const { t } = useTranslation();
  const test = useTestSearchEngine();
  const deletion = useDeleteSearchEngine();
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const { offered, provider, base_url, api_key_hint } = engine;
  const name = provider && ENGINE_NAMES[provider];
  const testAgain = () => test.mutate();
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-48 flex-1 text-xs wrap-anywhere text-muted">
          {name
            ? [name, base_url, api_key_hint && `···${api_key_hint}`].filter(Boolean).join(" · ")
            : t(offered ? "tools.searchOfSite" : "tools.searchMissing")}
        </p>
        <div className="flex flex-wrap items-center gap-2">
          {(name !== undefined || offered) && (
            <Button className="h-8" busy={test.isPending} onClick={testAgain}>
              {t("tools.test")}
            </Button>
          )}
          {name === undefined ? (
            <Button
              className="h-8"
              variant={offered ? "secondary" : "primary"}
              onClick={() => setDialog("edit")}
            >
              {t("tools.searchOwn")}
            </Button>
          ) : (
            <>
              <IconButton label={t("tools.editOne", { name })} onClick={() => setDialog("edit")}>
                <Pencil aria-hidden className="icon" />
              </IconButton>
              <IconButton label={t("tools.deleteOne", { name })} onClick={() => setDialog("delete")}>
                <Trash2 aria-hidden className="icon" />
              </IconButton>
            </>
          )}
        </div>
      </div>
      <TestResult test={test} />
      {dialog === "edit" && (
        <SearchEngineForm engine={engine} onSaved={testAgain} onClose={() => setDialog(null)} />
      )}
      {dialog === "delete" && (
        <ConfirmDialog
          open
          title={t("tools.deleteTitle", { name: name ?? "" })}
          description={t(offered ? "tools.searchDeleteToSite" : "tools.searchDelete")}
          confirmLabel={t("action.delete")}
          busy={deletion.isPending}
          error={deletion.error}
          onConfirm={() =>
            deletion.mutate(undefined, {
              onSuccess: () => {
                test.reset();
                setDialog(null);
              },
            })
          }
          onClose={() => {
            setDialog(null);
            deletion.reset();
          }}
        />
      )}
    </>
  );
}

function TestResult({ test }: { test: ReturnType<typeof useTestSearchEngine> }) {
  const { t } = useTranslation();
  if (test.isPending) return null;
  if (test.data?.ok) {
    return (
      <p role="status" className="mt-2 flex items-center gap-1.5 text-sm">
        <CircleCheck aria-hidden className="icon text-accent" />
        {t("tools.searchWorks", { count: test.data.results ?? 0 })}
      </p>
    );
  }
  const failure = test.data?.error ? errorFromMessage(test.data.error, test.submittedAt) : test.error;
  const text = failure instanceof ApiError ? FAILURES[failure.code] : undefined;
  if (!(failure instanceof ApiError) || text === undefined) return <ErrorNotice error={failure} />;
  return (
    <div role="alert" className="mt-2 rounded-lg bg-danger-soft px-3.5 py-2.5 text-sm">
      <p>{t(text)}</p>
      {failure.code === "tool_error" && <p className="mt-1 text-xs text-muted">{failure.detail}</p>}
    </div>
  );
}
