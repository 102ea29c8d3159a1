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
  return (
    <Menu
      trigger={
        <Button variant="quiet" className="min-w-0 max-w-72 shrink px-2.5" aria-label={t("chat.pickModel")}>
          <span dir="auto" className="truncate">
            {chosen?.name ?? t("chat.modelDefault")}
          </span>
          {chosen && chosen.model !== chosen.name && (
            <span className="truncate text-xs font-normal text-muted max-sm:hidden">{chosen.model}</span>
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
