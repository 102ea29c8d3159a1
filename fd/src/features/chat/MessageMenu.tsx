// Menus in the toolbar of a message.
import { useQueryClient } from "@tanstack/react-query";
import { ChevronDown, Clipboard, Columns2, Ellipsis, GitFork, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { toApiError } from "@/api/errors";
import { IconButton } from "@/components/Button";
import { lazyPart } from "@/components/lazy-part";
import { Menu, MenuCheck, MenuItem, MenuSeparator } from "@/components/Menu";
import { showToast } from "@/components/toasts";
import { forkConversation } from "@/features/conversations";
import { useModelConfigs } from "@/features/models";
import { describeError, useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import { type ChatMessage, textOf, versionsOf } from "./conversation-state";
import { deleteMessage } from "./delete-message";
import { loadShareDialog, ShareItem } from "./ShareItem";

const ShareDialog = lazyPart(loadShareDialog);

interface MenuProps {
  controller: ConversationController;
  message: ChatMessage;
}

/** Regeneration of a reply with another model, in place of the reply or beside it. */
export function RegenerateMenu({ controller, message }: MenuProps) {
  const { t } = useTranslation();
  return (
    <Menu
      trigger={
        <IconButton label={t("chat.regenerateWith")} className="w-6">
          <ChevronDown aria-hidden className="icon size-4" />
        </IconButton>
      }
    >
      <ModelChoices controller={controller} message={message} />
    </Menu>
  );
}

function ModelChoices({ controller, message }: MenuProps) {
  const { t } = useTranslation();
  const [beside, setBeside] = useState(false);
  const configs = useModelConfigs().data ?? [];
  const models = [{ id: null, name: t("chat.modelDefault"), model: "" }, ...configs];
  return (
    <>
      <MenuCheck checked={beside} onChange={setBeside}>
        {t("chat.sideBySide")}
      </MenuCheck>
      <MenuSeparator />
      {models.map(({ id, name, model }) => (
        <MenuItem
          key={id}
          onClick={() => void controller.regenerate(message.id, { modelConfigId: id, beside })}
        >
          <span dir="auto" className="block truncate">
            {name}
          </span>
          {model !== "" && model !== name && (
            <span className="block truncate text-xs text-muted">{model}</span>
          )}
        </MenuItem>
      ))}
    </>
  );
}

/** Actions on a message that are rarer than those of its toolbar. */
export function MessageMenu({ controller, message }: MenuProps) {
  const { t } = useTranslation();
  const [sharing, setSharing] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={t("chat.messageMenu")}>
            <Ellipsis aria-hidden className="icon" />
          </IconButton>
        }
      >
        <MessageActions controller={controller} message={message} onShare={() => setSharing(true)} />
      </Menu>
      {sharing && (
        <ShareDialog conversationId={controller.id} leafId={message.id} onClose={() => setSharing(false)} />
      )}
    </>
  );
}

function MessageActions({ controller, message, onShare }: MenuProps & { onShare: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const versions = versionsOf(controller.store.getState(), message);
  const isReply = message.role === "assistant";
  const otherId = versions[versions.indexOf(message.id) - 1] ?? versions[1];
  const [richText, setRichText] = useState<typeof import("./copy-rich-text") | null>(null);
  useEffect(() => {
    // In advance, because WebKit allows a copy only during the click.
    void import("./copy-rich-text").then(setRichText, () => undefined);
  }, []);
  const copy = async () => {
    const { copyRichText } = richText ?? (await import("./copy-rich-text"));
    const copied = await copyRichText(message.key, textOf(message.content));
    showToast(copied ? t("action.copied") : t("action.copyFailed"));
  };
  const fork = async () => {
    try {
      const { id } = await forkConversation(queryClient, message.id);
      await navigate(`/c/${id}`);
    } catch (error) {
      showToast(describeError(t, toApiError(error)));
    }
  };
  return (
    <>
      {isReply && (
        <MenuItem icon={<Clipboard aria-hidden className="icon" />} onClick={() => void copy()}>
          {t("chat.copyRichText")}
        </MenuItem>
      )}
      {isReply && otherId !== undefined && (
        <MenuItem
          icon={<Columns2 aria-hidden className="icon" />}
          onClick={() => controller.compare(message.id, otherId)}
        >
          {t("chat.compareVersions")}
        </MenuItem>
      )}
      <MenuItem icon={<GitFork aria-hidden className="icon" />} onClick={() => void fork()}>
        {t("chat.fork")}
      </MenuItem>
      {isReply && <ShareItem label="share.upToHere" onShare={onShare} />}
      <MenuSeparator />
      <MenuItem
        danger
        icon={<Trash2 aria-hidden className="icon" />}
        onClick={() => deleteMessage(controller, message.id, t)}
      >
        {t("chat.deleteMessage")}
      </MenuItem>
    </>
  );
}
