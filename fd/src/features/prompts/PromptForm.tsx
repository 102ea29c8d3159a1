import type { Prompt } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { SelectField, TextAreaField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { SaveActions } from "@/components/SaveActions";
import { useProjects } from "@/features/projects";
import { useTranslation } from "@/i18n";
import { useSavePrompt } from "./queries";

/** Dialog that creates a prompt, or changes `prompt`. */
export function PromptForm({ prompt, onClose }: { prompt?: Prompt | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const save = useSavePrompt();
  const projects = useProjects().data ?? [];
  const form = useForm({
    initial: {
      command: prompt?.command ?? "",
      title: prompt?.title ?? "",
      text: prompt?.text ?? "",
      project: prompt?.project_id ?? "",
    },
    validate: ({ command, title, text }) => ({
      command: /^[^\s/]+$/.test(plainCommand(command)) ? undefined : "promptSettings.commandRule",
      title: title.trim() === "" ? "promptSettings.required" : undefined,
      text: text === "" ? "promptSettings.required" : undefined,
    }),
  });
  const submit = ({
    command,
    title,
    text,
    project,
  }: Record<"command" | "title" | "text" | "project", string>) => {
    const fields = { command: plainCommand(command), title: title.trim(), text, project_id: project || null };
    save.mutate(prompt ? { id: prompt.id, ...fields } : fields, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      size="medium"
      onClose={onClose}
      title={t(prompt ? "promptSettings.edit" : "promptSettings.new")}
    >
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t("promptSettings.command")}
            hint={t("promptSettings.commandHint")}
            maxLength={65}
            placeholder="/summarize"
            autoCapitalize="none"
            spellCheck={false}
            {...form.field("command")}
            error={form.errors.command && t(form.errors.command)}
          />
          <TextField
            label={t("promptSettings.title")}
            maxLength={200}
            dir="auto"
            {...form.field("title")}
            error={form.errors.title && t(form.errors.title)}
          />
        </div>
        <TextAreaField
          label={t("promptSettings.text")}
          hint={t("promptSettings.textHint")}
          error={form.errors.text && t(form.errors.text)}
          {...form.field("text")}
          rows={8}
          maxLength={8_000}
        />
        {projects.length > 0 && (
          <SelectField label={t("promptSettings.project")} {...form.field("project")}>
            <option value="">{t("promptSettings.everywhere")}</option>
            {projects.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <SaveActions saving={save} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

/** A command without the slash that a user may type. */
function plainCommand(command: string): string {
  return command.trim().replace(/^\//, "");
}
