import { Copy, KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ModelConfig } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { AddModels } from "./AddModels";
import { ConfigForm } from "./ConfigForm";
import { shortened } from "./names";
import { providerName } from "./providers";
import {
  useCanCreateModelConfig,
  useDeleteModelConfigs,
  useOwnModelConfigs,
  useSaveModelConfig,
} from "./queries";
import { ServerKeyForm } from "./ServerKeyForm";
import { groupByServer, type Server } from "./servers";

type Opened =
  | { dialog: "add"; server: ModelConfig | null }
  | { dialog: "form"; config: ModelConfig | null }
  | { dialog: "key"; server: Server };

/** The user's models by server: add, edit, duplicate, test, change a key, and delete several. */
export function ModelsPage() {
  const { t } = useTranslation();
  const configs = useOwnModelConfigs();
  const allowance = useCanCreateModelConfig(configs.data?.length);
  const duplicate = useSaveModelConfig();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const remove = useDeleteModelConfigs();

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

  // A ticked model may have been deleted by its own button.
  const selected = configs.data.map(({ id }) => id).filter((id) => selection.has(id));
  const limitReached = allowance.data?.can_create === false;
  const canAdd = allowance.isSuccess && !limitReached;
  const close = () => setOpened(null);
  const toggle = (id: string) => {
    const next = new Set(selection);
    if (!next.delete(id)) next.add(id);
    setSelection(next);
  };
  const onDuplicate = ({ id, name, base_url, model }: ModelConfig) =>
    duplicate.mutate(
      { name: t("models.copyName", { name: shortened(name, 90) }), base_url, model, copy_of: id },
      { onSuccess: (copy) => setOpened({ dialog: "form", config: copy }) },
    );

  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("models.intro")}</p>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant="primary"
          disabled={!canAdd}
          onClick={() => setOpened({ dialog: "add", server: null })}
        >
          <Plus aria-hidden className="icon" />
          {t("models.add")}
        </Button>
        {selected.length > 0 && (
          <span className="ms-auto flex items-center gap-3 text-sm">
            <span role="status">{t("models.selected", { count: selected.length })}</span>
            <Button
              variant="danger"
              onClick={() => {
                setSelection(new Set());
                remove(selected);
              }}
            >
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
      <ErrorNotice error={allowance.error ?? duplicate.error} />
      {configs.data.length === 0 ? (
        <div className="rounded-xl border border-dashed border-line px-6 py-10 text-center">
          <p className="font-medium">{t("models.empty")}</p>
          <p className="mt-1 text-sm text-muted">{t("models.emptyHint")}</p>
        </div>
      ) : (
        groupByServer(configs.data).map((server) => (
          <ServerSection
            key={server.origin}
            server={server}
            canAdd={canAdd}
            selection={selection}
            onToggle={toggle}
            onOpen={setOpened}
            onDuplicate={onDuplicate}
            onDelete={({ id }) => remove([id])}
          />
        ))
      )}
      <Dialog size="medium" open={opened !== null} onClose={close} title={titleOf(opened)}>
        {opened?.dialog === "add" && (
          <AddModels
            configs={configs.data}
            limit={allowance.data?.limit ?? null}
            server={opened.server}
            onByHand={() => setOpened({ dialog: "form", config: null })}
            onDone={close}
          />
        )}
        {opened?.dialog === "form" && (
          <ConfigForm key={opened.config?.id ?? "new"} config={opened.config} onDone={close} />
        )}
        {opened?.dialog === "key" && <ServerKeyForm server={opened.server} onDone={close} />}
      </Dialog>
    </div>
  );

  function titleOf(dialog: Opened | null): string {
    if (dialog?.dialog === "key") return t("models.changeKey");
    return dialog?.dialog === "form" && dialog.config ? t("models.editTitle") : t("models.add");
  }
}

/** The models of one server, and its key. */
function ServerSection({
  server,
  canAdd,
  selection,
  onToggle,
  onOpen,
  onDuplicate,
  onDelete,
}: {
  server: Server;
  canAdd: boolean;
  selection: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onOpen: (opened: Opened) => void;
  onDuplicate: (config: ModelConfig) => void;
  onDelete: (config: ModelConfig) => void;
}) {
  const { t } = useTranslation();
  const [first] = server.configs;
  const name = providerName(first.base_url);
  return (
    <section aria-label={name} className="rounded-xl border border-line">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3.5 py-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold">{name}</h2>
          <p className="truncate text-xs text-muted">{first.base_url}</p>
        </div>
        <div className="flex gap-1">
          <IconButton
            label={`${t("models.changeKey")}: ${name}`}
            onClick={() => onOpen({ dialog: "key", server })}
          >
            <KeyRound aria-hidden className="icon" />
          </IconButton>
          <IconButton
            label={`${t("models.addMore")}: ${name}`}
            disabled={!canAdd}
            onClick={() => onOpen({ dialog: "add", server: first })}
          >
            <Plus aria-hidden className="icon" />
          </IconButton>
        </div>
      </div>
      <ul className="divide-y divide-line">
        {server.configs.map((config) => (
          <li key={config.id} className="relative flex items-center gap-3 px-3.5 py-2.5 hover:bg-hover">
            <input
              type="checkbox"
              checked={selection.has(config.id)}
              onChange={() => onToggle(config.id)}
              aria-label={t("models.select", { name: config.name })}
              className="relative z-10 size-4 flex-none accent-accent"
            />
            {/* Its click area is the whole row, below the row's other controls. */}
            <button
              type="button"
              onClick={() => onOpen({ dialog: "form", config })}
              aria-label={`${t("action.edit")}: ${namesOf(config)}`}
              className="min-w-0 flex-1 text-start after:absolute after:inset-0"
            >
              <span dir="auto" className="block truncate text-sm font-medium">
                {config.name}
              </span>
              {config.model !== config.name && (
                <span className="block truncate text-xs text-muted">{config.model}</span>
              )}
              {config.base_url !== first.base_url && (
                <span className="block truncate text-xs text-muted">{config.base_url}</span>
              )}
            </button>
            <span className="relative z-10 flex">
              <IconButton
                label={`${t("models.duplicate")}: ${config.name}`}
                disabled={!canAdd}
                onClick={() => onDuplicate(config)}
              >
                <Copy aria-hidden className="icon" />
              </IconButton>
              <IconButton label={`${t("action.delete")}: ${config.name}`} onClick={() => onDelete(config)}>
                <Trash2 aria-hidden className="icon" />
              </IconButton>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A config's name, and its model's name if it differs. */
function namesOf({ name, model }: ModelConfig): string {
  return name === model ? name : `${name} (${model})`;
}
