import { ChevronDown } from "lucide-react";
import { useNavigate } from "react-router";
import { Button } from "@/components/Button";
import { Menu, MenuChoice, MenuChoices, MenuItem, MenuSeparator } from "@/components/Menu";
import { useTranslation } from "@/i18n";
import { providerName } from "./providers";
import { useModelConfigs } from "./queries";

/** Menu to choose the model of a conversation; `null` is the server's default model. */
export function ModelPicker({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (modelConfigId: string | null) => void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const configs = useModelConfigs().data ?? [];
  const chosen = configs.find((config) => config.id === value);
  const name = chosen?.name ?? t("chat.modelDefault");
  /** What the provider calls it, where that differs. */
  const model = chosen && chosen.model !== chosen.name ? chosen.model : null;
  return (
    <Menu
      trigger={
        <Button
          variant="quiet"
          className="min-w-0 max-w-72 shrink px-2.5"
          // With the visible text, by which voice control presses it.
          aria-label={`${t("chat.pickModel")}: ${model === null ? name : `${name} ${model}`}`}
        >
          <span dir="auto" className="truncate">
            {name}
          </span>
          {model !== null && (
            <span className="truncate text-xs font-normal text-muted max-sm:hidden">{model}</span>
          )}
          <ChevronDown aria-hidden className="icon text-muted" />
        </Button>
      }
    >
      <MenuChoices value={chosen?.id ?? ""} onChange={(id) => onChange(id === "" ? null : id)}>
        <MenuChoice value="">{t("chat.modelDefault")}</MenuChoice>
        {configs.map((config) => (
          <MenuChoice key={config.id} value={config.id}>
            <span dir="auto" className="block truncate">
              {config.name}
            </span>
            {!config.offered && (
              <span className="block truncate text-xs text-muted">
                {config.model === config.name
                  ? providerName(config.base_url)
                  : `${config.model} · ${providerName(config.base_url)}`}
              </span>
            )}
          </MenuChoice>
        ))}
      </MenuChoices>
      <MenuSeparator />
      <MenuItem onClick={() => void navigate("/settings/models")}>{t("chat.manageModels")}</MenuItem>
    </Menu>
  );
}
