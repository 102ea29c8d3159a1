import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { SaveActions } from "@/components/SaveActions";
import { deleteAllConversations } from "@/features/conversations";
import { useTranslation } from "@/i18n";
import { Progress } from "./Progress";

/** Deletion of every conversation, behind a typed word. */
export function DeleteAll() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [deleted, setDeleted] = useState(false);
  return (
    <section
      aria-labelledby="delete-all"
      className="flex flex-col items-start gap-3 border-t border-line pt-6"
    >
      <div>
        <h2 id="delete-all" className="text-base font-semibold">
          {t("deleteAll.title")}
        </h2>
        <p className="text-sm text-muted">{t("deleteAll.hint")}</p>
      </div>
      <Button className="text-danger" onClick={() => setOpen(true)}>
        <Trash2 aria-hidden className="icon" />
        {t("deleteAll.open")}
      </Button>
      <p role="status" className="text-sm text-muted empty:hidden">
        {deleted ? t("deleteAll.done") : ""}
      </p>
      {open && (
        <DeleteAllDialog
          onDone={() => {
            setOpen(false);
            setDeleted(true);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </section>
  );
}

function DeleteAllDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState("");
  const [purge, setPurge] = useState(false);
  const [share, setShare] = useState<number | null>(null);
  const [mismatch, setMismatch] = useState(false);
  const word = t("deleteAll.word");
  const deletion = useMutation({
    mutationFn: () =>
      deleteAllConversations(queryClient, purge, (done, total) => setShare(total > 0 ? done / total : 1)),
    onSuccess: onDone,
  });
  return (
    <Dialog
      open
      onClose={() => !deletion.isPending && onClose()}
      title={t("deleteAll.dialogTitle")}
      description={t("deleteAll.dialogHint")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          const isTyped = typed.trim().toLowerCase() === word.toLowerCase();
          setMismatch(!isTyped);
          if (isTyped) deletion.mutate();
        }}
      >
        <label className="flex cursor-pointer items-start gap-2.5 text-sm">
          <input
            type="checkbox"
            checked={purge}
            disabled={deletion.isPending}
            onChange={({ target }) => setPurge(target.checked)}
            className="mt-0.5 size-4 flex-none accent-accent"
          />
          <span>
            {t("deleteAll.purge")}
            <span className="block text-xs text-muted">{t("deleteAll.purgeHint")}</span>
          </span>
        </label>
        <TextField
          label={t("deleteAll.type", { word })}
          error={mismatch ? t("deleteAll.mismatch", { word }) : undefined}
          value={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          disabled={deletion.isPending}
          onChange={({ target }) => setTyped(target.value)}
        />
        {deletion.isPending && share !== null && <Progress label={t("deleteAll.running")} value={share} />}
        <SaveActions saving={deletion} label={t("deleteAll.confirm")} variant="danger" onCancel={onClose} />
      </form>
    </Dialog>
  );
}
