import { Archive, ArchiveRestore, FolderInput, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import type { Conversation } from "@/api/types";
import { MenuItem, MenuSeparator } from "@/components/Menu";
import { useTranslation } from "@/i18n";
import type { ConversationActions } from "./actions";

/** The menu items to rename, pin, move and archive a conversation. A temporary one is in no list. */
export function OrganizeItems({
  conversation,
  actions,
  onRename,
  onMove,
}: {
  conversation: Pick<Conversation, "id" | "pinned" | "archived" | "temporary">;
  actions: ConversationActions;
  onRename: () => void;
  onMove: () => void;
}) {
  const { t } = useTranslation();
  const { pinned, archived, temporary } = conversation;
  return (
    <>
      <MenuItem icon={<Pencil aria-hidden className="icon" />} onClick={onRename}>
        {t("conversations.rename")}
      </MenuItem>
      {!temporary && (
        <>
          <MenuItem
            icon={pinned ? <PinOff aria-hidden className="icon" /> : <Pin aria-hidden className="icon" />}
            onClick={() => actions.setPinned(conversation, !pinned)}
          >
            {pinned ? t("conversations.unpin") : t("conversations.pin")}
          </MenuItem>
          <MenuItem icon={<FolderInput aria-hidden className="icon" />} onClick={onMove}>
            {t("projects.move")}
          </MenuItem>
          <MenuItem
            icon={
              archived ? (
                <ArchiveRestore aria-hidden className="icon" />
              ) : (
                <Archive aria-hidden className="icon" />
              )
            }
            onClick={() => void actions.setArchived([conversation.id], !archived)}
          >
            {archived ? t("conversations.unarchive") : t("conversations.archive")}
          </MenuItem>
        </>
      )}
    </>
  );
}

/** The menu item that deletes a conversation, after a separator. */
export function DeleteItem({ onDelete }: { onDelete: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <MenuSeparator />
      <MenuItem danger icon={<Trash2 aria-hidden className="icon" />} onClick={onDelete}>
        {t("action.delete")}
      </MenuItem>
    </>
  );
}
