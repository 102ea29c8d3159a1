import { Copy, Ellipsis, FileBraces, FileText, Printer, ScrollText, Search } from "lucide-react";
import { useState } from "react";
import type { Conversation } from "@/api/types";
import { IconButton } from "@/components/Button";
import { copyText } from "@/components/copy-text";
import { download } from "@/components/download";
import { lazyPart } from "@/components/lazy-part";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { showToast } from "@/components/toasts";
import { type ConversationActions, DeleteItem, OrganizeItems } from "@/features/conversations";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import type { ExportFormat } from "./export";
import { openFindBar } from "./find-state";
import { loadShareDialog, ShareItem } from "./ShareItem";
import { usePrint } from "./usePrint";

const Instructions = lazyPart(async () => (await import("./Instructions")).Instructions);
const MoveToProject = lazyPart(async () => (await import("@/features/conversations/pages")).MoveToProject);
const ShareDialog = lazyPart(loadShareDialog);
const ConfirmDialog = lazyPart(async () => (await import("@/components/Dialog")).ConfirmDialog);

/** Menu with the actions on a whole conversation. */
export function ConversationMenu({
  controller,
  conversation,
  title,
  actions,
  onRename,
}: {
  controller: ConversationController;
  conversation: Omit<Conversation, "updated_at">;
  title: string;
  actions: ConversationActions;
  onRename: () => void;
}) {
  const { t } = useTranslation();
  const print = usePrint(controller);
  const [confirming, setConfirming] = useState(false);
  const [dialog, setDialog] = useState<"move" | "instructions" | "share" | null>(null);
  const { id, temporary } = conversation;

  const exported = async (format: ExportFormat): Promise<File | null> => {
    const { exportConversation } = await import("./export");
    if (!(await controller.loadAll())) {
      showToast(t("chat.historyFailed"));
      return null;
    }
    const words = { user: t("chat.you"), assistant: t("chat.assistant"), image: t("chat.image") };
    return exportConversation(format, title, controller.store.getState(), words);
  };
  const save = async (format: ExportFormat) => {
    const file = await exported(format);
    if (file) download(file);
  };
  const copy = async () => {
    const text = exported("markdown").then((file) => file?.text() ?? null);
    const copied = await copyText(text);
    if ((await text) !== null) showToast(t(copied ? "action.copied" : "action.copyFailed"));
  };

  return (
    <>
      <Menu
        align="end"
        trigger={
          <IconButton label={t("chat.conversationMenu")} size="large">
            <Ellipsis aria-hidden className="icon" />
          </IconButton>
        }
      >
        <OrganizeItems
          conversation={conversation}
          actions={actions}
          onRename={onRename}
          onMove={() => setDialog("move")}
        />
        <ShareItem label="share.title" onShare={() => setDialog("share")} />
        <MenuItem
          icon={<ScrollText aria-hidden className="icon" />}
          onClick={() => setDialog("instructions")}
        >
          {t("instructions.title")}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon={<Search aria-hidden className="icon" />} onClick={() => openFindBar(controller)}>
          {t("find.title")}
        </MenuItem>
        <MenuItem icon={<Copy aria-hidden className="icon" />} onClick={() => void copy()}>
          {t("chat.copyConversation")}
        </MenuItem>
        <MenuItem icon={<FileText aria-hidden className="icon" />} onClick={() => void save("markdown")}>
          {t("chat.exportMarkdown")}
        </MenuItem>
        <MenuItem icon={<FileBraces aria-hidden className="icon" />} onClick={() => void save("json")}>
          {t("chat.exportJson")}
        </MenuItem>
        <MenuItem icon={<Printer aria-hidden className="icon" />} onClick={() => void print()}>
          {t("chat.printConversation")}
        </MenuItem>
        <DeleteItem onDelete={() => (temporary ? setConfirming(true) : void actions.delete([id]))} />
      </Menu>
      {dialog === "move" && (
        <MoveToProject
          projectId={conversation.project_id ?? null}
          onMove={(project) => void actions.moveTo([conversation.id], project)}
          onClose={() => setDialog(null)}
        />
      )}
      {dialog === "instructions" && (
        <Instructions conversation={conversation} onClose={() => setDialog(null)} />
      )}
      {dialog === "share" && <ShareDialog conversationId={id} onClose={() => setDialog(null)} />}
      {confirming && (
        <ConfirmDialog
          open
          title={t("conversations.deleteTemporary")}
          description={t("conversations.deleteTemporaryHint")}
          confirmLabel={t("action.delete")}
          onConfirm={() => {
            setConfirming(false);
            void actions.deleteTemporary(id);
          }}
          onClose={() => setConfirming(false)}
        />
      )}
    </>
  );
}
