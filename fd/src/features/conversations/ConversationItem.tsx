import { Archive, ArchiveRestore, Ellipsis, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { memo, useRef, useState } from "react";
import { Link } from "react-router";
import type { Conversation } from "@/api/types";
import { IconButton } from "@/components/Button";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { useTranslation } from "@/i18n";
import { useUpdateConversation } from "./queries";

/** A row of the sidebar: a link, a checkbox in selection mode, or a text field while renaming. */
export const ConversationItem = memo(function ConversationItem({
  conversation,
  current,
  selected,
  onToggle,
  onDelete,
}: {
  conversation: Conversation;
  current: boolean;
  /** null outside selection mode. */
  selected: boolean | null;
  onToggle: (id: string) => void;
  onDelete: (id: string) => void;
}) {
  const { t } = useTranslation();
  const update = useUpdateConversation();
  const [renaming, setRenaming] = useState(false);
  const { id, pinned, archived } = conversation;
  const title = conversation.title || t("conversations.untitled");

  if (renaming) {
    return (
      <li>
        <RenameField
          title={conversation.title ?? ""}
          onDone={(next) => {
            setRenaming(false);
            if (next && next !== conversation.title) update.mutate({ id, title: next });
          }}
        />
      </li>
    );
  }
  if (selected !== null) {
    return (
      <li>
        <label className="flex h-9 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 text-sm hover:bg-hover">
          <input
            type="checkbox"
            checked={selected}
            onChange={() => onToggle(id)}
            aria-label={t("conversations.selectOne", { title })}
            className="size-4 accent-accent"
          />
          <span className="truncate">{title}</span>
        </label>
      </li>
    );
  }
  return (
    <li className="group relative">
      <Link
        to={`/c/${id}`}
        aria-current={current ? "page" : undefined}
        title={title}
        className="flex h-9 items-center gap-2 rounded-lg ps-2.5 pe-9 text-sm outline-offset-[-2px] group-hover:bg-hover aria-[current]:bg-hover aria-[current]:font-medium"
      >
        <span className="truncate">{title}</span>
      </Link>
      <div className="absolute end-0.5 top-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-[[data-popup-open]]:opacity-100 [@media(hover:none)]:opacity-100">
        <Menu
          align="start"
          trigger={
            <IconButton label={t("conversations.actionsFor", { title })}>
              <Ellipsis aria-hidden className="icon" />
            </IconButton>
          }
        >
          <MenuItem icon={<Pencil aria-hidden className="icon" />} onClick={() => setRenaming(true)}>
            {t("conversations.rename")}
          </MenuItem>
          <MenuItem
            icon={pinned ? <PinOff aria-hidden className="icon" /> : <Pin aria-hidden className="icon" />}
            onClick={() => update.mutate({ id, pinned: !pinned })}
          >
            {pinned ? t("conversations.unpin") : t("conversations.pin")}
          </MenuItem>
          <MenuItem
            icon={
              archived ? (
                <ArchiveRestore aria-hidden className="icon" />
              ) : (
                <Archive aria-hidden className="icon" />
              )
            }
            onClick={() => update.mutate({ id, archived: !archived })}
          >
            {archived ? t("conversations.unarchive") : t("conversations.archive")}
          </MenuItem>
          <MenuSeparator />
          <MenuItem danger icon={<Trash2 aria-hidden className="icon" />} onClick={() => onDelete(id)}>
            {t("action.delete")}
          </MenuItem>
        </Menu>
      </div>
    </li>
  );
});

/** Enter and blur save the new title, Escape cancels. */
function RenameField({ title, onDone }: { title: string; onDone: (title: string | null) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(title);
  const done = useRef(false);
  const finish = (next: string | null) => {
    // Removing the field blurs it; that blur is ignored.
    if (done.current) return;
    done.current = true;
    onDone(next);
  };
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the user has just started to rename
      autoFocus
      value={text}
      maxLength={200}
      aria-label={t("conversations.renameField")}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(text.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish(text.trim());
        if (event.key === "Escape") finish(null);
      }}
      className="h-9 w-full rounded-lg border border-accent bg-canvas px-2.5 text-base outline-none sm:text-sm"
    />
  );
}
