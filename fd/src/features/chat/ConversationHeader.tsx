import { MessageCircleDashed } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { Conversation } from "@/api/types";
import { lazyPart } from "@/components/lazy-part";
import {
  RenameField,
  showConversation,
  useConversation,
  useConversationActions,
} from "@/features/conversations";
import { ModelPicker } from "@/features/models";
import { storeModelChoice } from "@/features/settings";
import { HEADER } from "@/first-paint/layout";
import { useTranslation } from "@/i18n";
import { ConversationMenu } from "./ConversationMenu";
import type { ConversationController } from "./conversation-controller";

const ProjectLink = lazyPart(async () => (await import("./ProjectOfChat")).ProjectLink);

/** The bar above a chat. `navigation`: the button that opens the sidebar. */
export function Header({ navigation, children }: { navigation: ReactNode; children: ReactNode }) {
  return (
    <header className={`${HEADER} gap-1 px-3 print:hidden`}>
      {navigation}
      {children}
    </header>
  );
}

const withoutTime = ({ updated_at: _, ...conversation }: Conversation) => conversation;

/** The bar above an existing conversation: its model, its title, which a click renames, and the menu of actions on it. */
export function ConversationHeader({
  controller,
  navigation,
}: {
  controller: ConversationController;
  navigation: ReactNode;
}) {
  const { t } = useTranslation();
  const { id } = controller;
  // Without the time of the last activity, which each message changes.
  const conversation = useConversation(id, withoutTime).data;
  const actions = useConversationActions();
  const [renaming, setRenaming] = useState(false);
  const temporary = conversation?.temporary === true;
  const title = conversation?.title || t(temporary ? "conversations.temporary" : "conversations.untitled");
  useDocumentTitle(title);
  useEffect(() => showConversation(id), [id]);
  return (
    <Header navigation={navigation}>
      <ModelPicker
        value={conversation?.model_config_id ?? null}
        onChange={(modelConfigId) => {
          storeModelChoice(modelConfigId);
          actions.setModel(id, modelConfigId);
        }}
      />
      <span className="ms-auto" />
      {conversation?.project_id && <ProjectLink projectId={conversation.project_id} />}
      {renaming ? (
        <div className="w-80 min-w-0">
          <RenameField
            title={conversation?.title ?? ""}
            onDone={(next) => {
              setRenaming(false);
              if (next !== null) actions.rename(id, next);
            }}
          />
        </div>
      ) : (
        <h1 className="min-w-0 text-sm">
          <button
            type="button"
            title={t("conversations.rename")}
            aria-label={t("conversations.renameTitle", { title })}
            disabled={!conversation}
            onClick={() => setRenaming(true)}
            className="flex h-9 max-w-full items-center gap-2 rounded-lg px-2 text-muted hover:bg-hover hover:text-ink"
          >
            {temporary && <MessageCircleDashed aria-hidden className="icon flex-none" />}
            <span dir="auto" className="truncate">
              {title}
            </span>
          </button>
        </h1>
      )}
      {conversation && (
        <ConversationMenu
          controller={controller}
          conversation={conversation}
          title={title}
          actions={actions}
          onRename={() => setRenaming(true)}
        />
      )}
    </Header>
  );
}

function useDocumentTitle(title: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
    return () => {
      document.title = t("app.name");
    };
  }, [title, t]);
}
