import { Copy, Ellipsis, FileBraces, FileText, Printer } from "lucide-react";
import { IconButton } from "@/components/Button";
import { copyText } from "@/components/copy-text";
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
  /** The whole conversation as a file, once all of it is loaded; null if that fails. */
  const exported = async (format: ExportFormat) => {
    const { exportConversation } = await import("./export");
    if (!(await controller.loadAll())) return null;
    const words = { user: t("chat.you"), assistant: t("chat.assistant"), image: t("chat.image") };
    return exportConversation(format, title, controller.store.getState(), words);
  };
  const save = async (format: ExportFormat) => {
    const file = await exported(format);
    if (file) download(file);
  };
  const copy = async () => {
    const file = await exported("markdown");
    if (file) await copyText(await file.text());
  };
  const print = async () => {
    if (await controller.loadAll()) window.print();
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
      <MenuItem icon={<Copy aria-hidden className="icon" />} onClick={() => void copy()}>
        {t("chat.copyConversation")}
      </MenuItem>
      <MenuItem icon={<Printer aria-hidden className="icon" />} onClick={() => void print()}>
        {t("chat.printConversation")}
      </MenuItem>
      <MenuItem icon={<FileText aria-hidden className="icon" />} onClick={() => void save("markdown")}>
        {t("chat.exportMarkdown")}
      </MenuItem>
      <MenuItem icon={<FileBraces aria-hidden className="icon" />} onClick={() => void save("json")}>
        {t("chat.exportJson")}
      </MenuItem>
    </Menu>
  );
}
