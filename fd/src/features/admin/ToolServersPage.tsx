import { Ellipsis, Pencil, Plus, Power, PowerOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { errorFromMessage } from "@/api/provider-error";
import type { OfferedServer } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { Skeleton } from "@/components/Skeleton";
import { ServerTestOutcome, ToolServerForm } from "@/features/tools/pages";
import { useTranslation } from "@/i18n";
import {
  useDeleteOfferedServer,
  useOfferedServers,
  useSaveOfferedServer,
  useTestOfferedServer,
} from "./queries";

/** The tool servers that every user may use: add, change, test, disable, delete. */
export function ToolServersPage() {
  const { t } = useTranslation();
  const servers = useOfferedServers();
  const [edited, setEdited] = useState<OfferedServer | "new" | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("admin.toolsIntro")}</p>
      <Button variant="primary" className="self-start" onClick={() => setEdited("new")}>
        <Plus aria-hidden className="icon" />
        {t("tools.add")}
      </Button>
      <ErrorNotice error={servers.error} />
      {servers.isPending && <Skeleton className="h-24" />}
      {servers.data?.length === 0 && (
        <p className="rounded-xl border border-dashed border-line px-6 py-10 text-center text-sm text-muted">
          {t("admin.noTools")}
        </p>
      )}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {servers.data?.map((server) => (
          <ServerRow key={server.id} server={server} onEdit={() => setEdited(server)} />
        ))}
      </ul>
      {edited !== null && (
        <OfferedServerForm
          server={edited === "new" ? null : edited}
          takenNames={(servers.data ?? [])
            .filter(({ id }) => edited === "new" || id !== edited.id)
            .map(({ name }) => name)}
          onClose={() => setEdited(null)}
        />
      )}
    </div>
  );
}

function OfferedServerForm({
  server,
  takenNames,
  onClose,
}: {
  server: OfferedServer | null;
  takenNames: string[];
  onClose: () => void;
}) {
  const save = useSaveOfferedServer();
  return (
    <ToolServerForm
      {...(server && { server })}
      auths={["none", "bearer"]}
      saving={save}
      takenNames={takenNames}
      onSave={(fields) =>
        save.mutate(server ? { id: server.id, ...fields } : { ...fields, enabled: true }, {
          onSuccess: onClose,
        })
      }
      onClose={onClose}
    />
  );
}

function ServerRow({ server, onEdit }: { server: OfferedServer; onEdit: () => void }) {
  const { t } = useTranslation();
  const [deleting, setDeleting] = useState(false);
  const save = useSaveOfferedServer();
  const test = useTestOfferedServer();
  const deletion = useDeleteOfferedServer();
  const { id, name, url, enabled, tools } = server;
  const failure = test.data?.error ? errorFromMessage(test.data.error, test.submittedAt) : test.error;
  return (
    <li className="flex flex-col gap-2 px-4 py-3 text-sm">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span dir="auto" className="font-medium wrap-anywhere">
              {name}
            </span>
            {!enabled && <span className="text-xs text-danger">{t("admin.disabled")}</span>}
          </p>
          <p className="text-xs wrap-anywhere text-muted">{url}</p>
          {tools !== null && <p className="text-xs text-muted">{t("tools.list", { count: tools })}</p>}
        </div>
        {enabled && (
          <Button className="h-8" busy={test.isPending} onClick={() => test.mutate(id)}>
            {t("tools.test")}
          </Button>
        )}
        <Menu
          align="end"
          trigger={
            <IconButton label={t("admin.modelActions", { name })}>
              <Ellipsis aria-hidden className="icon" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden className="icon" />} onClick={onEdit}>
            {t("tools.edit")}
          </MenuItem>
          <MenuItem
            icon={
              enabled ? <PowerOff aria-hidden className="icon" /> : <Power aria-hidden className="icon" />
            }
            onClick={() => save.mutate({ id, enabled: !enabled })}
          >
            {t(enabled ? "admin.disableTool" : "admin.enableTool")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={<Trash2 aria-hidden className="icon" />} onClick={() => setDeleting(true)}>
            {t("action.delete")}
          </MenuItem>
        </Menu>
      </div>
      <ErrorNotice error={failure ?? save.error} />
      <ServerTestOutcome result={test.data} isUsable={enabled} />
      <ConfirmDialog
        open={deleting}
        title={t("tools.deleteTitle", { name })}
        description={t("admin.deleteToolHint")}
        confirmLabel={t("action.delete")}
        busy={deletion.isPending}
        error={deletion.error}
        onConfirm={() => deletion.mutate(id)}
        onClose={() => setDeleting(false)}
      />
    </li>
  );
}
