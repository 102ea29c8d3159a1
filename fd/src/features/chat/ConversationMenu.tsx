import { Ellipsis, FileBraces, FileText } from "lucide-react";
import { IconButton } from "@/components/Button";
import { download } from "@/components/download";
import { Menu, MenuItem } from "@/components/Menu";
import { useTranslation } from "@/i18n";
import type { ConversationController } from "./conversation-controller";
import type { ExportFormat } from "./export";

/** Menu with the actions on a whole conversation. */
export function ConversationMenu({
  controller,
  title,
}: {
  controller: ConversationController;
  title: string;
}) {
  const { t } = useTranslation();
  const save = async (format: ExportFormat) => {
    const { exportConversation } = await import("./export");
    if (!(await controller.loadAll())) return;
    const words = { user: t("chat.you"), assistant: t("chat.assistant"), image: t("chat.image") };
    download(exportConversation(format, title, controller.store.getState(), words));
  };
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={t("chat.conversationMenu")} size="large">
          <Ellipsis aria-hidden className="icon" />
        </IconButton>
      }
    >
      <MenuItem icon={<FileText aria-hidden className="icon" />} onClick={() => void save("markdown")}>
        {t("chat.exportMarkdown")}
      </MenuItem>
      <MenuItem icon={<FileBraces aria-hidden className="icon" />} onClick={() => void save("json")}>
        {t("chat.exportJson")}
      </MenuItem>
    </Menu>
  );
}
