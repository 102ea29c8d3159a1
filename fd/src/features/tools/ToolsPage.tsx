import { Pencil, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { ApiError } from "@/api/errors";
import { errorFromMessage } from "@/api/provider-error";
import type { ToolPolicy, ToolServer } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { showToast } from "@/components/toasts";
import { useFocusKeeper } from "@/components/useFocusReturn";
import { useTranslation } from "@/i18n";
import {
  useAuthorizeToolServer,
  useChangePolicy,
  useCurrentToolServers,
  useDeleteToolServer,
  useFinishAuthorization,
  useSaveToolServer,
  useTestToolServer,
} from "./queries";
import { SearchEngineCard } from "./SearchEngineCard";
import { ServerTestOutcome } from "./ServerTestOutcome";
import { ToolServerForm } from "./ToolServerForm";

/** The settings page of tools: the search engine; tool servers, to add, connect and test; what each tool may do. */
export function ToolsPage() {
  const { t } = useTranslation();
  const servers = useCurrentToolServers();
  const [adding, setAdding] = useState(false);
  /** A server that was saved here: it is connected at once. */
  const [savedId, setSavedId] = useState<string | null>(null);
  const list = useFocusKeeper<HTMLUListElement>(servers.data);
  const returned = useReturnFromAuthorization();
  return (
    <div className="flex flex-col gap-4">
      <SearchEngineCard />
      <p className="text-sm text-muted">{t("tools.intro")}</p>
      <Button variant="primary" className="self-start" onClick={() => setAdding(true)}>
        <Plus aria-hidden className="icon" />
        {t("tools.add")}
      </Button>
      <ErrorNotice error={returned ?? servers.error} />
      {servers.isPending && <Skeleton className="h-24" />}
      {servers.data?.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">{t("tools.empty")}</p>
      )}
      <ul {...list} className="flex flex-col gap-3">
        {servers.data?.map((server) => (
          <ServerCard
            key={server.id}
            server={server}
            connectAtOnce={server.id === savedId}
            onSaved={({ id }) => setSavedId(id)}
          />
        ))}
      </ul>
      {adding && <OwnServerForm onSaved={({ id }) => setSavedId(id)} onClose={() => setAdding(false)} />}
    </div>
  );
}

/** Finishes an authorization if the page was opened by its return address; returns the error. */
function useReturnFromAuthorization(): unknown {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const finish = useFinishAuthorization();
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const done = useRef(false);
  const { mutate } = finish;
  useEffect(() => {
    const state = parameters.get("state");
    if (state === null || done.current) return;
    done.current = true;
    // A reload would use the code a second time.
    void navigate("/settings/tools", { replace: true });
    const code = parameters.get("code");
    if (code === null) {
      const words = parameters.get("error_description") ?? parameters.get("error") ?? "";
      setRefusal(errorFromMessage({ code: "tool_auth", message: words.slice(0, 300) }, Date.now()));
      return;
    }
    mutate(
      { state, code, iss: parameters.get("iss") },
      { onSuccess: ({ name }) => showToast(t("tools.connectedTo", { name })) },
    );
  }, [parameters, navigate, mutate, t]);
  return refusal ?? finish.error;
}

function ServerCard({
  server,
  connectAtOnce,
  onSaved,
}: {
  server: ToolServer;
  connectAtOnce: boolean;
  onSaved: (server: ToolServer) => void;
}) {
  const { t } = useTranslation();
  const test = useTestToolServer();
  const authorize = useAuthorizeToolServer();
  const deletion = useDeleteToolServer();
  const [dialog, setDialog] = useState<"edit" | "delete" | null>(null);
  const { id, name, url, auth, connected, offered, tools } = server;

  const connect = auth === "oauth" && !connected ? authorize : test;
  const needsToken = auth === "bearer" && !connected && !offered;
  const { mutate } = test;
  const isTested = connectAtOnce && connected;
  useEffect(() => {
    if (isTested) mutate(id);
  }, [isTested, id, mutate]);
  const failure = test.data?.error ? errorFromMessage(test.data.error, test.submittedAt) : test.error;

  return (
    <li className="rounded-xl border border-line p-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 dir="auto" className="truncate text-sm font-medium">
            {name}
          </h2>
          <p className="truncate text-xs text-muted">{offered ? t("tools.offered") : url}</p>
        </div>
        {needsToken ? (
          <Button className="h-8" variant="primary" onClick={() => setDialog("edit")}>
            {t("tools.enterToken")}
          </Button>
        ) : (
          <Button
            className="h-8"
            variant={connect === authorize ? "primary" : "secondary"}
            busy={connect.isPending}
            onClick={() => connect.mutate(id)}
          >
            {t(connect === authorize ? "tools.connect" : "tools.test")}
          </Button>
        )}
        {!offered && (
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
      <div className="mt-2 flex flex-col gap-2">
        <ErrorNotice error={failure ?? authorize.error} />
        <ServerTestOutcome result={test.data} />
        {tools.length > 0 && <Policies server={server} />}
      </div>
      {dialog === "edit" && (
        <OwnServerForm server={server} onSaved={onSaved} onClose={() => setDialog(null)} />
      )}
      <ConfirmDialog
        open={dialog === "delete"}
        title={t("tools.deleteTitle", { name })}
        description={t("tools.deleteHint")}
        confirmLabel={t("action.delete")}
        busy={deletion.isPending}
        error={deletion.error}
        onConfirm={() => deletion.mutate(id, { onSuccess: () => setDialog(null) })}
        onClose={() => {
          setDialog(null);
          deletion.reset();
        }}
      />
    </li>
  );
}

function OwnServerForm({
  server,
  onSaved,
  onClose,
}: {
  server?: ToolServer;
  onSaved: (server: ToolServer) => void;
  onClose: () => void;
}) {
  const save = useSaveToolServer();
  return (
    <ToolServerForm
      {...(server && { server })}
      auths={["none", "bearer", "oauth"]}
      saving={save}
      onSave={(fields) =>
        save.mutate(server ? { id: server.id, ...fields } : fields, {
          onSuccess: (saved) => {
            onSaved(saved);
            onClose();
          },
        })
      }
      onClose={onClose}
    />
  );
}

/** The tools of a server, each with what happens when a model calls it. */
function Policies({ server }: { server: ToolServer }) {
  const { t } = useTranslation();
  const { tools } = server;
  return (
    <details>
      <summary className="w-fit cursor-pointer rounded-md text-sm text-muted">
        {t("tools.list", { count: tools.length })}
      </summary>
      <ul className="mt-2 flex flex-col divide-y divide-line">
        {tools.map((tool) => (
          <ToolRow key={tool.name} server={server} tool={tool} />
        ))}
      </ul>
    </details>
  );
}

function ToolRow({ server, tool }: { server: ToolServer; tool: ToolServer["tools"][number] }) {
  const { t } = useTranslation();
  const change = useChangePolicy();
  const { name, title, description, read_only } = tool;
  const choose = (value: string) =>
    change.mutate({ id: server.id, tool: name, chosen: value === "" ? null : (value as ToolPolicy) });
  return (
    <li className="py-2">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p dir="auto" className="truncate text-sm">
            {title ?? name}
            {read_only && <span className="ms-2 text-xs text-muted">{t("tools.readOnly")}</span>}
          </p>
          <p dir="auto" className="line-clamp-2 text-xs text-muted">
            {description}
          </p>
        </div>
        <select
          aria-label={t("tools.policyOf", { name: title ?? name })}
          value={server.policy[name] ?? ""}
          onChange={({ target }) => choose(target.value)}
          className="h-9 flex-none rounded-lg border border-line bg-canvas px-2 text-sm pointer-coarse:h-11"
        >
          <option value="">{t(read_only ? "tools.defaultAllow" : "tools.defaultAsk")}</option>
          <option value="allow">{t("tools.allow")}</option>
          <option value="ask">{t("tools.ask")}</option>
          <option value="deny">{t("tools.deny")}</option>
        </select>
      </div>
      <ErrorNotice error={change.error} />
    </li>
  );
}
