import type { Project } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { SelectField, TextAreaField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { SaveActions } from "@/components/SaveActions";
import { useModelConfigs } from "@/features/models";
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
        <SaveActions saving={save} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
