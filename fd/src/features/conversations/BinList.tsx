import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { useTranslation } from "@/i18n";
import { useConversationActions } from "./actions";
import { ListEnd, ListStatus } from "./ListStatus";
import { BIN, deleteConversations, emptyBin, useConversationList } from "./queries";

/** Days that a deleted conversation stays in the bin. */
const BIN_DAYS = 30;
const DAY_MS = 86_400_000;

/** The deleted conversations, which can be restored, or deleted for good. */
export function BinList() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const actions = useConversationActions();
  const list = useConversationList(BIN);
  const conversations = list.data ?? [];
  /** The conversations to delete for good. */
  const [purging, setPurging] = useState<Conversation | "all" | null>(null);
  const purge = useMutation({
    mutationFn: (what: Conversation | "all") =>
      what === "all" ? emptyBin(queryClient) : deleteConversations(queryClient, [what.id], true),
    onSuccess: () => setPurging(null),
  });
  return (
    <>
      <section
        aria-label={t("conversations.bin")}
        className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pb-3"
      >
        <p className="px-2.5 pb-2 text-xs text-muted">{t("conversations.binHint")}</p>
        <ListStatus list={list} emptyText={t("conversations.emptyBinList")} />
        <ul className="flex flex-col gap-px">
          {conversations.map((conversation) => {
            const title = conversation.title || t("conversations.untitled");
            return (
              <li
                key={conversation.id}
                className="flex items-center gap-1 rounded-lg py-1 ps-2.5 pe-1 hover:bg-hover"
              >
                <span className="min-w-0 flex-1">
                  <span dir="auto" className="block truncate text-sm">
                    {title}
                  </span>
                  <span className="block truncate text-xs text-muted">
                    {t("conversations.daysLeft", { count: daysLeft(conversation) })}
                  </span>
                </span>
                <IconButton
                  label={t("conversations.restoreOne", { title })}
                  onClick={() => void actions.restore([conversation.id])}
                >
                  <RotateCcw aria-hidden className="icon" />
                </IconButton>
                <IconButton
                  label={t("conversations.purgeOne", { title })}
                  onClick={() => setPurging(conversation)}
                >
                  <Trash2 aria-hidden className="icon" />
                </IconButton>
              </li>
            );
          })}
        </ul>
        <ListEnd list={list} />
      </section>
      {conversations.length > 0 && (
        <div className="border-t border-line px-2 py-1.5">
          <Button
            variant="quiet"
            className="h-8 px-2.5 font-normal text-danger"
            onClick={() => setPurging("all")}
          >
            <Trash2 aria-hidden className="icon" />
            {t("conversations.emptyBin")}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={purging !== null}
        title={t(purging === "all" ? "conversations.emptyBinTitle" : "conversations.purgeTitle")}
        description={t(purging === "all" ? "conversations.emptyBinHint" : "conversations.purgeHint")}
        confirmLabel={t("conversations.purge")}
        busy={purge.isPending}
        error={purge.error}
        onConfirm={() => purging && purge.mutate(purging)}
        onClose={() => {
          setPurging(null);
          purge.reset();
        }}
      />
    </>
  );
}

/** Whole days until the conversation is deleted for good, at least 1. */
function daysLeft({ deleted_at }: Conversation): number {
  const deleted = deleted_at ? Date.parse(deleted_at) : Date.now();
  return Math.max(1, Math.ceil((deleted + BIN_DAYS * DAY_MS - Date.now()) / DAY_MS));
}
