import type { Prompt } from "@/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { CONTROL, Field, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
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
        <Field
          label={t("promptSettings.text")}
          hint={t("promptSettings.textHint")}
          error={form.errors.text && t(form.errors.text)}
        >
          {(control) => (
            <textarea
              {...control}
              {...form.field("text")}
              rows={8}
              maxLength={8_000}
              dir="auto"
              className={`${CONTROL} py-2`}
            />
          )}
        </Field>
        {projects.length > 0 && (
          <Field label={t("promptSettings.project")}>
            {(control) => (
              <select {...control} {...form.field("project")} className={`${CONTROL} h-10`}>
                <option value="">{t("promptSettings.everywhere")}</option>
                {projects.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <ErrorNotice error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("action.save")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** A command without the slash that a user may type. */
function plainCommand(command: string): string {
  return command.trim().replace(/^\//, "");
}
