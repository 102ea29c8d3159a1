import type { ToolServer } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { SelectField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { useTranslation } from "@/i18n";
import { useSaveToolServer } from "./queries";

type Auth = ToolServer["auth"];

/** Dialog that adds a tool server, or changes `server`. */
export function ToolServerForm({
  server,
  onSaved,
  onClose,
}: {
  server?: ToolServer | undefined;
  onSaved: (server: ToolServer) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const save = useSaveToolServer();
  const form = useForm({
    initial: { name: server?.name ?? "", url: server?.url ?? "", auth: server?.auth ?? "none", token: "" },
    validate: ({ name, url, auth, token }) => ({
      name: name.trim() === "" ? "tools.required" : undefined,
      url: URL.canParse(url.trim()) ? undefined : "tools.urlRule",
      token: auth === "bearer" && token.trim() === "" && !server?.token_hint ? "tools.required" : undefined,
    }),
  });
  const submit = ({ name, url, auth, token }: Record<"name" | "url" | "auth" | "token", string>) => {
    const fields = {
      name: name.trim(),
      url: url.trim(),
      auth: auth as Auth,
      ...(auth === "bearer" && token.trim() !== "" ? { token: token.trim() } : {}),
    };
    save.mutate(server ? { id: server.id, ...fields } : fields, {
      onSuccess: (saved) => {
        onSaved(saved);
        onClose();
      },
    });
  };
  return (
    <Dialog open onClose={onClose} title={t(server ? "tools.edit" : "tools.add")}>
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <TextField
          label={t("tools.name")}
          maxLength={100}
          dir="auto"
          {...form.field("name")}
          error={form.errors.name && t(form.errors.name)}
        />
        <TextField
          label={t("tools.url")}
          hint={t("tools.urlHint")}
          type="url"
          inputMode="url"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={2000}
          placeholder="https://mcp.example.com/mcp"
          {...form.field("url")}
          error={form.errors.url && t(form.errors.url)}
        />
        <SelectField label={t("tools.auth")} {...form.field("auth")}>
          <option value="none">{t("tools.authNone")}</option>
          <option value="bearer">{t("tools.authBearer")}</option>
          <option value="oauth">{t("tools.authOauth")}</option>
        </SelectField>
        {form.values.auth === "bearer" && (
          <PasswordField
            label={t("tools.token")}
            autoComplete="off"
            hint={server?.token_hint ? t("tools.currentToken", { hint: server.token_hint }) : undefined}
            {...form.field("token")}
            error={form.errors.token && t(form.errors.token)}
          />
        )}
        <SaveActions saving={save} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
