import { useState } from "react";
import type { Project } from "@/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { useDeleteProject } from "./queries";

/** Confirms the deletion of a project; its chats stay unless the user chooses otherwise. */
export function DeleteProject({
  project,
  onDeleted,
  onClose,
}: {
  project: Project;
  onDeleted: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const deletion = useDeleteProject();
  const [withChats, setWithChats] = useState(false);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("projects.deleteTitle", { name: project.name })}
      description={t(withChats ? "projects.deleteAllHint" : "projects.deleteHint")}
    >
      <label className="flex items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={withChats}
          onChange={({ target }) => setWithChats(target.checked)}
          className="size-4 accent-accent"
        />
        {t("projects.deleteChats")}
      </label>
      <ErrorNotice error={deletion.error} />
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          variant="danger"
          busy={deletion.isPending}
          onClick={() =>
            deletion.mutate({ id: project.id, deleteConversations: withChats }, { onSuccess: onDeleted })
          }
        >
          {t("action.delete")}
        </Button>
      </div>
    </Dialog>
  );
}
