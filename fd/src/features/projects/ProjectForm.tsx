import { useState } from "react";
import type { Project, ToolChoice } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { SelectField, TextAreaField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { SaveActions } from "@/components/SaveActions";
import { useModelConfigs } from "@/features/models";
import { BUILT_IN_TOOLS, isChosen, useToolServers, withTool } from "@/features/tools";
import { useTranslation } from "@/i18n";
import { useSaveProject } from "./queries";

const MAX_NAME = 100;
const MAX_ICON = 16;
export const MAX_INSTRUCTIONS = 8_000;

/** Dialog that creates a project, or changes `project`. */
export function ProjectForm({
  project,
  onSaved,
  onClose,
}: {
  project?: Project | undefined;
  onSaved?: (project: Project) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const save = useSaveProject();
  const configs = useModelConfigs().data ?? [];
  const [tools, setTools] = useState<ToolChoice>(project?.tools ?? []);
  const form = useForm({
    initial: {
      name: project?.name ?? "",
      icon: project?.icon ?? "",
      instructions: project?.instructions ?? "",
      model: project?.model_config_id ?? "",
    },
    validate: ({ name }) => ({ name: name.trim() === "" ? "projects.nameRequired" : undefined }),
  });
  const submit = ({
    name,
    icon,
    instructions,
    model,
  }: Record<"name" | "icon" | "instructions" | "model", string>) => {
    const fields = {
      name: name.trim(),
      icon: icon.trim() || null,
      instructions: instructions.trim(),
      model_config_id: model || null,
      tools: tools.length > 0 ? [...tools] : null,
    };
    save.mutate(project ? { id: project.id, ...fields } : fields, {
      onSuccess: (saved) => {
        onSaved?.(saved);
        onClose();
      },
    });
  };
  return (
    <Dialog open size="medium" onClose={onClose} title={t(project ? "projects.edit" : "projects.new")}>
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <div className="grid grid-cols-[1fr_6rem] gap-3">
          <TextField
            label={t("projects.name")}
            maxLength={MAX_NAME}
            dir="auto"
            {...form.field("name")}
            error={form.errors.name && t(form.errors.name)}
          />
          <TextField
            label={t("projects.icon")}
            maxLength={MAX_ICON}
            placeholder="🌱"
            {...form.field("icon")}
          />
        </div>
        <TextAreaField
          label={t("projects.instructions")}
          hint={t("projects.instructionsHint")}
          {...form.field("instructions")}
          rows={6}
          maxLength={MAX_INSTRUCTIONS}
        />
        <SelectField label={t("projects.model")} hint={t("projects.modelHint")} {...form.field("model")}>
          <option value="">{t("projects.lastModel")}</option>
          {configs.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <ToolChoices tools={tools} onChange={setTools} />
        <SaveActions saving={save} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

/** The tools of new chats. */
function ToolChoices({ tools, onChange }: { tools: ToolChoice; onChange: (tools: ToolChoice) => void }) {
  const { t } = useTranslation();
  const servers = useToolServers().data ?? [];
  const choices: readonly { tool: ToolChoice[number]; name: string }[] = [
    ...BUILT_IN_TOOLS.map((name) => ({ tool: name, name: t(`steps.${name}`) })),
    ...servers.map(({ id, name }) => ({ tool: { server_id: id }, name })),
  ];
  return (
    <fieldset>
      <legend className="text-sm font-medium">{t("projects.tools")}</legend>
      <p className="mb-1.5 text-xs text-muted">{t("projects.toolsHint")}</p>
      <div className="grid gap-x-4 sm:grid-cols-2">
        {choices.map(({ tool, name }) => (
          <label
            key={typeof tool === "string" ? tool : tool.server_id}
            className="flex min-h-8 min-w-0 items-center gap-2.5 text-sm pointer-coarse:min-h-11"
          >
            <input
              type="checkbox"
              checked={isChosen(tools, tool)}
              onChange={({ target }) => onChange(withTool(tools, tool, target.checked))}
              className="size-4 flex-none accent-accent"
            />
            <span dir="auto" className="truncate">
              {name}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
