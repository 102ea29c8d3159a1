import type { ToolServer } from "@/api/types";
import { Dialog } from "@/components/Dialog";
import { SelectField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { useTranslation } from "@/i18n";

type Auth = ToolServer["auth"];

const AUTHS = [
  ["none", "tools.authNone"],
  ["bearer", "tools.authBearer"],
  ["oauth", "tools.authOauth"],
] as const;

/** `token`: absent where the stored one stays, or for none. */
export interface ToolServerFields<A extends Auth = Auth> {
  name: string;
  url: string;
  auth: A;
  token?: string;
}

/**
 * Dialog that adds a tool server, or changes `server`. `auths`: the ways to log in that can be chosen. `takenNames`: of
 * other servers, where names must differ. `saving`: the state of what `onSave` begins, which closes the dialog.
 */
export function ToolServerForm<A extends Auth = Auth>({
  server,
  auths,
  takenNames = [],
  saving,
  onSave,
  onClose,
}: {
  server?: (ToolServerFields<A> & { token_hint?: string | null }) | undefined;
  auths: readonly A[];
  takenNames?: readonly string[];
  saving: { error: unknown; isPending: boolean };
  onSave: (fields: ToolServerFields<A>) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const form = useForm({
    initial: { name: server?.name ?? "", url: server?.url ?? "", auth: server?.auth ?? "none", token: "" },
    validate: ({ name, url, auth, token }) => ({
      name:
        name.trim() === ""
          ? "tools.required"
          : takenNames.includes(name.trim())
            ? "tools.nameTaken"
            : undefined,
      url: URL.canParse(url.trim()) ? undefined : "tools.urlRule",
      token: auth === "bearer" && token.trim() === "" && !server?.token_hint ? "tools.required" : undefined,
    }),
  });
  const submit = ({ name, url, auth, token }: Record<"name" | "url" | "auth" | "token", string>) =>
    onSave({
      name: name.trim(),
      url: url.trim(),
      auth: auth as A,
      ...(auth === "bearer" && token.trim() !== "" ? { token: token.trim() } : {}),
    });
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
          {AUTHS.filter(([auth]) => (auths as readonly Auth[]).includes(auth)).map(([auth, text]) => (
            <option key={auth} value={auth}>
              {t(text)}
            </option>
          ))}
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
        <SaveActions saving={saving} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
