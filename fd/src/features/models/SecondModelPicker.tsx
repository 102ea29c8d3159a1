import { Columns2 } from "lucide-react";
import { IconButton } from "@/components/Button";
import { Menu, MenuChoice, MenuChoices } from "@/components/Menu";
import { useTranslation } from "@/i18n";
import { useModelConfigs } from "./queries";

const NONE = "none";
const DEFAULT = "default";

/**
 * Menu to choose a second model for the next message, which answers beside the conversation's model. Null is the
 * server's default model, undefined none.
 */
export function SecondModelPicker({
  value,
  onChange,
}: {
  value: string | null | undefined;
  onChange: (modelConfigId: string | null | undefined) => void;
}) {
  const { t } = useTranslation();
  const configs = useModelConfigs().data ?? [];
  const name =
    value === null ? t("chat.modelDefault") : (configs.find(({ id }) => id === value)?.name ?? null);
  return (
    <div className="flex min-w-0 items-center">
      <Menu
        side="top"
        trigger={
          <IconButton
            round
            label={t("chat.secondModel")}
            size="large"
            className={name === null ? "" : "text-accent"}
          >
            <Columns2 aria-hidden className="icon" />
          </IconButton>
        }
      >
        <MenuChoices
          value={value === undefined ? NONE : (value ?? DEFAULT)}
          onChange={(id) => onChange(id === NONE ? undefined : id === DEFAULT ? null : id)}
        >
          <MenuChoice value={NONE}>{t("chat.oneModel")}</MenuChoice>
          <MenuChoice value={DEFAULT}>{t("chat.modelDefault")}</MenuChoice>
          {configs.map((config) => (
            <MenuChoice key={config.id} value={config.id}>
              <span dir="auto" className="block truncate">
                {config.name}
              </span>
            </MenuChoice>
          ))}
        </MenuChoices>
      </Menu>
      {name !== null && (
        <span dir="auto" className="min-w-0 truncate pe-2 text-sm text-accent">
          + {name}
        </span>
      )}
    </div>
  );
}
