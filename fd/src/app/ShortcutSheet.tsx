import { Dialog } from "@/components/Dialog";
import { sendKeyOf, usePreferences } from "@/features/settings";
import { useTranslation } from "@/i18n";
import { MOD_KEY } from "@/platform";

/** Dialog with the keyboard shortcuts. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const sendKey = usePreferences(sendKeyOf);
  const shortcuts = [
    [t("shortcuts.search"), [MOD_KEY, "K"]],
    [t("shortcuts.find"), [MOD_KEY, "Shift", "F"]],
    [t("shortcuts.new"), [MOD_KEY, "Shift", "O"]],
    [t("shortcuts.send"), sendKey === "enter" ? ["Enter"] : [MOD_KEY, "Enter"]],
    [t("shortcuts.newLine"), sendKey === "enter" ? ["Shift", "Enter"] : ["Enter"]],
    [t("shortcuts.editLast"), ["↑"]],
    [t("shortcuts.quote"), [MOD_KEY, "Shift", "."]],
    [t("shortcuts.stop"), ["Esc"]],
    [t("shortcuts.notices"), ["F6"]],
    [t("shortcuts.help"), ["?"]],
  ] as const;
  return (
    <Dialog open onClose={onClose} title={t("shortcuts.title")}>
      <dl className="flex flex-col text-sm">
        {shortcuts.map(([action, keys]) => (
          <div
            key={action}
            className="flex items-center justify-between gap-4 border-t border-line py-2.5 first:border-0"
          >
            <dt>{action}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded-md bg-surface px-1.5 py-0.5 text-center font-sans text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
