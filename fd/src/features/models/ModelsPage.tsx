import { Pencil, Plus } from "lucide-react";
import { useState } from "react";
import type { ModelConfig } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog, Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { ConfigForm } from "./ConfigForm";
import { useCanCreateModelConfig, useDeleteModelConfigs, useModelConfigs } from "./queries";

/** The user's models: add, edit, test, and delete several. */
export function ModelsPage() {
  const { t } = useTranslation();
  const configs = useModelConfigs();
  const allowance = useCanCreateModelConfig(configs.data?.length);
  const remove = useDeleteModelConfigs();
  const [editing, setEditing] = useState<ModelConfig | "new" | null>(null);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [confirming, setConfirming] = useState(false);

  if (configs.isPending) {
    return (
      <div role="status" aria-label={t("app.loading")} className="flex flex-col gap-3">
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
      </div>
    );
  }
  if (configs.isError) {
    return (
      <ErrorNotice error={configs.error}>
        <Button onClick={() => void configs.refetch()}>{t("action.retry")}</Button>
      </ErrorNotice>
    );
  }

  const limitReached = allowance.data?.can_create === false;
  const toggle = (id: string) => {
    const next = new Set(selection);
    if (!next.delete(id)) next.add(id);
    setSelection(next);
  };

  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("models.intro")}</p>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant="primary"
          disabled={limitReached || !allowance.isSuccess}
          onClick={() => setEditing("new")}
        >
          <Plus aria-hidden className="icon" />
          {t("models.add")}
        </Button>
        {selection.size > 0 && (
          <span className="ms-auto flex items-center gap-3 text-sm">
            <span role="status">{t("models.selected", { count: selection.size })}</span>
            <Button variant="danger" onClick={() => setConfirming(true)}>
              {t("action.delete")}
            </Button>
          </span>
        )}
      </div>
      {limitReached && (
        <p role="status" className="rounded-lg bg-surface px-3.5 py-2.5 text-sm">
          {t("models.limitReached", { count: allowance.data?.limit ?? configs.data.length })}
        </p>
      )}
      <ErrorNotice error={allowance.error} />
      {configs.data.length === 0 ? (
        <div className="rounded-xl border border-dashed border-line px-6 py-10 text-center">
          <p className="font-medium">{t("models.empty")}</p>
          <p className="mt-1 text-sm text-muted">{t("models.emptyHint")}</p>
        </div>
      ) : (
        <ul className="divide-y divide-line rounded-xl border border-line">
          {configs.data.map((config) => (
            <li key={config.id} className="flex items-center gap-3 px-3.5 py-2.5">
              <input
                type="checkbox"
                checked={selection.has(config.id)}
                onChange={() => toggle(config.id)}
                aria-label={t("models.select", { name: config.name })}
                className="size-4 flex-none accent-accent"
              />
              <div className="min-w-0 flex-1">
                <div className="truncate text-sm font-medium">{config.name}</div>
                <div className="truncate text-xs text-muted">
                  {config.model} · {config.base_url}
                </div>
              </div>
              <IconButton label={`${t("action.edit")}: ${config.name}`} onClick={() => setEditing(config)}>
                <Pencil aria-hidden className="icon" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Dialog
        wide
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === "new" ? t("models.add") : t("models.editTitle")}
      >
        <ConfigForm config={editing === "new" ? null : editing} onDone={() => setEditing(null)} />
      </Dialog>
      <ConfirmDialog
        open={confirming}
        title={t("models.deleteTitle", { count: selection.size })}
        description={t("models.deleteHint")}
        confirmLabel={t("action.delete")}
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate([...selection], {
            onSuccess: () => {
              setSelection(new Set());
              setConfirming(false);
            },
          })
        }
        onClose={() => {
          setConfirming(false);
          remove.reset();
        }}
      />
    </div>
  );
}
