import type { ModelConfig } from "@/api/types";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { useTranslation } from "@/i18n";
import { keyProblem } from "./config-form";
import { useSaveModelConfig } from "./queries";
import type { Server } from "./servers";

/** Changes the API key of all configs of a server. */
export function ServerKeyForm({ server, onDone }: { server: Server; onDone: () => void }) {
  const { t } = useTranslation();
  const save = useSaveModelConfig();
  const [config] = server.configs;
  const form = useForm({
    initial: { api_key: "" },
    validate: ({ api_key }) => ({ api_key: api_key.trim() === "" ? "models.required" : keyProblem(api_key) }),
  });
  const submit = ({ api_key }: { api_key: string }) =>
    save.mutate({ id: config.id, api_key: api_key.trim(), same_server: true }, { onSuccess: onDone });
  return (
    <Form onSubmit={() => void form.submit(submit)} className="gap-4">
      <p className="text-sm text-muted">
        {t("models.changeKeyHint", { count: server.configs.length, host: server.origin })}
      </p>
      <PasswordField
        label={t("models.apiKey")}
        autoComplete="off"
        placeholder="sk-…"
        hint={currentKey(config)}
        {...form.field("api_key")}
        error={form.errors.api_key && t(form.errors.api_key)}
      />
      <SaveActions saving={save} onCancel={onDone} />
    </Form>
  );

  function currentKey({ api_key_hint: hint }: ModelConfig): string | undefined {
    return hint ? t("models.currentKey", { hint }) : undefined;
  }
}
