import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import type { Conversation } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextAreaField } from "@/components/Field";
import { SaveActions } from "@/components/SaveActions";
import { Skeleton } from "@/components/Skeleton";
import { updateConversation } from "@/features/conversations";
import { useTranslation } from "@/i18n";

const MAX_CHARACTERS = 8_000;

/** Dialog with a conversation's own instructions, and everything that its model is told. */
export function Instructions({
  conversation: { id, instructions },
  onClose,
}: {
  conversation: Pick<Conversation, "id" | "instructions">;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [text, setText] = useState(instructions ?? "");
  const save = useMutation({
    mutationFn: () => updateConversation(queryClient, { id, instructions: text.trim() || null }),
    onSuccess: onClose,
  });
  return (
    <Dialog open size="medium" onClose={onClose} title={t("instructions.title")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
        className="flex flex-col gap-4"
      >
        <TextAreaField
          label={t("instructions.own")}
          hint={t("instructions.ownHint")}
          value={text}
          onChange={({ target }) => setText(target.value)}
          rows={4}
          maxLength={MAX_CHARACTERS}
        />
        <StoredParts id={id} />
        <SaveActions saving={save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** The stored parts of the system prompt, in order, with their sizes. */
function StoredParts({ id }: { id: string }) {
  const { t } = useTranslation();
  const parts = useQuery({
    queryKey: ["instructions", id],
    // Other pages change them.
    staleTime: 0,
    queryFn: ({ signal }) =>
      body(
        api.GET("/conversation/{conversation_id}/instructions", {
          params: { path: { conversation_id: id } },
          signal,
        }),
      ),
  });
  return (
    <section aria-label={t("instructions.told")} className="flex flex-col gap-2">
      <h3 className="text-sm font-medium">{t("instructions.told")}</h3>
      <ErrorNotice error={parts.error} />
      {parts.isPending && <Skeleton className="h-10" />}
      {parts.data?.items.length === 0 && <p className="text-sm text-muted">{t("instructions.nothing")}</p>}
      {parts.data?.items.map(({ source, text, tokens }) => (
        <details key={source} className="rounded-lg bg-surface px-3 py-2 text-sm">
          <summary className="cursor-pointer">
            {t(`instructions.${source}`)}{" "}
            <span className="text-muted">{t("instructions.tokens", { count: tokens })}</span>
          </summary>
          <p dir="auto" className="mt-2 max-h-60 overflow-y-auto whitespace-pre-wrap break-words text-muted">
            {text}
          </p>
        </details>
      ))}
    </section>
  );
}
