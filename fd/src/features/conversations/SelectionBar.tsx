import { useQueryClient } from "@tanstack/react-query";
import { Archive, ArchiveRestore, Download, FolderInput, Trash2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { isAbort, toApiError } from "@/api/errors";
import type { Conversation } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { download } from "@/components/download";
import { Spinner } from "@/components/Spinner";
import { showToast } from "@/components/toasts";
import { describeError, useTranslation } from "@/i18n";
import type { ConversationActions } from "./actions";
import { MoveToProject } from "./MoveToProject";
import { type ConversationFilter, groupByProject, listAll, withoutArchived } from "./queries";
import type { Selection } from "./selection";

/** The actions on the selected conversations of a list. A long action shows how many are done. */
export function SelectionBar({
  selection,
  filter,
  list,
  actions,
}: {
  selection: Selection;
  /** The list's filter. */
  filter: ConversationFilter;
  /** The list's loaded part. */
  list: { data: readonly Conversation[] | undefined; hasNextPage: boolean };
  actions: ConversationActions;
}) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [done, setDone] = useState<number | null>(null);
  const [moving, setMoving] = useState(false);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const ids = [...(selection.ids ?? [])];
  const busy = done !== null;
  const disabled = busy || ids.length === 0;

  /** The selection stays when an action failed, so that it can be repeated. */
  const run = async (action: (signal: AbortSignal) => Promise<boolean>, ends = true) => {
    const own = new AbortController();
    controller.current = own;
    setDone(0);
    try {
      if ((await action(own.signal)) && ends) selection.end();
    } catch (error) {
      if (!isAbort(error)) showToast(describeError(t, toApiError(error)));
    } finally {
      setDone(null);
    }
  };
  const selectAll = () =>
    run(async (signal) => {
      const all = list.hasNextPage ? await listAll(queryClient, filter, signal) : (list.data ?? []);
      selection.set(all.map(({ id }) => id));
      return true;
    }, false);
  const save = () =>
    run(async (signal) => {
      const { exportConversations } = await import("@/features/archive/pages");
      const words = {
        user: t("chat.you"),
        assistant: t("chat.assistant"),
        image: t("chat.image"),
        untitled: t("conversations.untitled"),
      };
      download(await exportConversations(ids, words, setDone, signal));
      return true;
    });
  // A list can have both: those that are in the archive before the action stay there when it is undone.
  const unarchived = withoutArchived(queryClient, ids);
  const inArchive = filter.archived === true || (ids.length > 0 && unarchived.length === 0);
  const projects = moving ? [...groupByProject(queryClient, ids).keys()] : [];
  const commonProject = projects.length > 1 ? undefined : (projects[0] ?? null);
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-1">
        <span role="status" className="flex min-w-0 flex-1 items-center gap-2 truncate px-2 text-sm">
          {busy && <Spinner className="text-muted" />}
          {busy && done > 0
            ? t("conversations.doneOf", { done, total: ids.length })
            : t("conversations.selected", { count: ids.length })}
        </span>
        <Button
          variant="quiet"
          className="h-8 px-2.5 font-normal"
          disabled={busy}
          onClick={() => void selectAll()}
        >
          {t("conversations.selectAll")}
        </Button>
        <IconButton label={t("conversations.endSelection")} onClick={selection.end}>
          <X aria-hidden className="icon" />
        </IconButton>
      </div>
      <div className="flex items-center justify-between gap-1">
        <IconButton
          label={t(inArchive ? "conversations.unarchive" : "conversations.archive")}
          disabled={disabled}
          onClick={() =>
            void run(() => actions.setArchived(inArchive ? ids : unarchived, !inArchive, setDone))
          }
        >
          {inArchive ? (
            <ArchiveRestore aria-hidden className="icon" />
          ) : (
            <Archive aria-hidden className="icon" />
          )}
        </IconButton>
        <IconButton label={t("projects.move")} disabled={disabled} onClick={() => setMoving(true)}>
          <FolderInput aria-hidden className="icon" />
        </IconButton>
        <IconButton label={t("conversations.export")} disabled={disabled} onClick={() => void save()}>
          <Download aria-hidden className="icon" />
        </IconButton>
        <IconButton
          label={t("action.delete")}
          className="text-danger"
          disabled={disabled}
          onClick={() => void run(() => actions.delete(ids, setDone))}
        >
          <Trash2 aria-hidden className="icon" />
        </IconButton>
      </div>
      {moving && (
        <MoveToProject
          projectId={commonProject}
          onMove={(project) => void run(() => actions.moveTo(ids, project, setDone))}
          onClose={() => setMoving(false)}
        />
      )}
    </div>
  );
}
