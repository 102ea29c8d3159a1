import { Wrench } from "lucide-react";
import { useNavigate } from "react-router";
import type { ToolChoice } from "@/api/types";
import { IconButton } from "@/components/Button";
import { Menu, MenuCheck, MenuItem, MenuSeparator } from "@/components/Menu";
import { BUILT_IN_TOOLS, isChosen, useToolServers, withTool } from "@/features/tools";
import { useTranslation } from "@/i18n";

/** Menu of the tools that models may use in this conversation. */
export function ToolsButton({
  tools,
  onChange,
}: {
  tools: ToolChoice;
  onChange: (tools: ToolChoice) => void;
}) {
  const { t } = useTranslation();
  const isOn = tools.length > 0;
  return (
    <Menu
      side="top"
      trigger={
        <IconButton
          round
          size="large"
          label={isOn ? t("steps.toolsOn", { count: tools.length }) : t("steps.tools")}
          className={isOn ? "text-accent" : ""}
        >
          <Wrench aria-hidden className="icon" />
        </IconButton>
      }
    >
      <Choices tools={tools} onChange={onChange} />
    </Menu>
  );
}

/** Rendered in the open menu only, which then requests the servers. */
function Choices({ tools, onChange }: { tools: ToolChoice; onChange: (tools: ToolChoice) => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const servers = useToolServers().data ?? [];
  return (
    <>
      {BUILT_IN_TOOLS.map((name) => (
        <MenuCheck
          key={name}
          checked={isChosen(tools, name)}
          onChange={(checked) => onChange(withTool(tools, name, checked))}
        >
          {t(`steps.${name}`)}
        </MenuCheck>
      ))}
      {servers.length > 0 && <MenuSeparator />}
      {servers.map(({ id, name }) => (
        <MenuCheck
          key={id}
          checked={isChosen(tools, { server_id: id })}
          onChange={(checked) => onChange(withTool(tools, { server_id: id }, checked))}
        >
          <span dir="auto" className="block truncate">
            {name}
          </span>
        </MenuCheck>
      ))}
      <MenuSeparator />
      <MenuItem onClick={() => void navigate("/settings/tools")}>{t("steps.manage")}</MenuItem>
    </>
  );
}
