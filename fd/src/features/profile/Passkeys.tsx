import { useState } from "react";
import type { Passkey } from "@/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { SaveActions } from "@/components/SaveActions";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { deviceName } from "./device-name";
import { useAddPasskey, usePasskeys, useRemovePasskey, useRenamePasskey } from "./factors";
import { useAccountOptionsQuery } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";

type Shown =
  | { kind: "add" }
  | { kind: "rename" | "remove"; passkey: Passkey }
  | { kind: "codes"; codes: readonly string[] };

/** The account's passkeys; nothing where the server has none. */
export function Passkeys() {
  return useAccountOptionsQuery().data?.passkeys ? <PasskeySection /> : null;
}

/** The passkeys, with dialogs to add, rename and remove one. */
function PasskeySection() {
  const { t } = useTranslation();
  const passkeys = usePasskeys();
  const [shown, setShown] = useState<Shown | null>(null);
  const close = () => setShown(null);
  const supported = "PublicKeyCredential" in window;
  return (
    <section aria-labelledby="passkeys" className="border-t border-line pt-6">
      <h2 id="passkeys" className="text-base font-semibold">
        {t("passkeys.title")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("passkeys.hint")}</p>
      {passkeys.isPending && (
        <div role="status" aria-label={t("app.loading")}>
          <Skeleton className="h-9" />
        </div>
      )}
      {passkeys.isError && (
        <ErrorNotice error={passkeys.error}>
          <Button onClick={() => void passkeys.refetch()}>{t("action.retry")}</Button>
        </ErrorNotice>
      )}
      {passkeys.data && passkeys.data.length > 0 && (
        <ul className="mb-3 divide-y divide-line rounded-xl border border-line">
          {passkeys.data.map((passkey) => (
            <Entry
              key={passkey.id}
              passkey={passkey}
              onRename={() => setShown({ kind: "rename", passkey })}
              onRemove={() => setShown({ kind: "remove", passkey })}
            />
          ))}
        </ul>
      )}
      {supported ? (
        <Button onClick={() => setShown({ kind: "add" })}>{t("passkeys.add")}</Button>
      ) : (
        <p className="text-sm text-muted">{t("passkeys.unsupported")}</p>
      )}
      <Dialog
        open={shown?.kind === "add"}
        onClose={close}
        title={t("passkeys.add")}
        description={t("passkeys.addHint")}
      >
        <Addition onAdded={(codes) => setShown(codes ? { kind: "codes", codes } : null)} onClose={close} />
      </Dialog>
      <Dialog
        keepOpen
        open={shown?.kind === "codes"}
        onClose={close}
        title={t("mfaSettings.codesTitle")}
        description={t("passkeys.codesHint")}
      >
        {shown?.kind === "codes" && <RecoveryCodes codes={shown.codes} onClose={close} />}
      </Dialog>
      <Dialog open={shown?.kind === "rename"} onClose={close} title={t("passkeys.renameTitle")}>
        {shown?.kind === "rename" && <Renaming passkey={shown.passkey} onClose={close} />}
      </Dialog>
      <Dialog
        open={shown?.kind === "remove"}
        onClose={close}
        title={t("passkeys.removeTitle")}
        description={t("passkeys.removeHint")}
      >
        {shown?.kind === "remove" && <Removal passkey={shown.passkey} onClose={close} />}
      </Dialog>
    </section>
  );
}

function Entry({
  passkey,
  onRename,
  onRemove,
}: {
  passkey: Passkey;
  onRename: () => void;
  onRemove: () => void;
}) {
  const { t, language } = useTranslation();
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const { name } = passkey;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 text-sm">
      <div className="min-w-40 flex-1">
        <div className="font-medium wrap-anywhere">{name}</div>
        <div className="text-xs text-muted">
          {t("passkeys.added", { date: date.format(new Date(passkey.created_at)) })}
          {" · "}
          {passkey.last_used_at
            ? t("passkeys.used", { date: date.format(new Date(passkey.last_used_at)) })
            : t("passkeys.unused")}
          {passkey.backed_up && ` · ${t("passkeys.synchronized")}`}
        </div>
      </div>
      <div className="flex gap-2">
        <Button aria-label={t("passkeys.renameOne", { name })} onClick={onRename}>
          {t("passkeys.rename")}
        </Button>
        <Button className="text-danger" aria-label={t("passkeys.removeOne", { name })} onClick={onRemove}>
          {t("passkeys.remove")}
        </Button>
      </div>
    </li>
  );
}

function useNameForm(name: string, onChange: () => void) {
  return useForm({
    initial: { name },
    validate: ({ name }) => ({ name: name.trim() === "" ? "passkeys.requiredName" : undefined }),
    onChange,
  });
}

function NameField({ form }: { form: ReturnType<typeof useNameForm> }) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("passkeys.name")}
      maxLength={100}
      autoComplete="off"
      autoFocus
      {...form.field("name")}
      error={form.errors.name && t(form.errors.name)}
    />
  );
}

function Addition({
  onAdded,
  onClose,
}: {
  onAdded: (codes: readonly string[] | null) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const add = useAddPasskey();
  const form = useNameForm(deviceName(navigator.userAgent) ?? "", () => add.reset());
  const submit = ({ name }: typeof form.values) =>
    add.mutate(name.trim(), { onSuccess: ({ recovery_codes }) => onAdded(recovery_codes) });
  return (
    <Form className="gap-4" onSubmit={() => void form.submit(submit)}>
      <NameField form={form} />
      <SaveActions saving={add} label={t("passkeys.create")} onCancel={onClose} />
    </Form>
  );
}

function Renaming({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const rename = useRenamePasskey();
  const form = useNameForm(passkey.name, () => rename.reset());
  const submit = ({ name }: typeof form.values) =>
    rename.mutate({ id: passkey.id, name: name.trim() }, { onSuccess: onClose });
  return (
    <Form className="gap-4" onSubmit={() => void form.submit(submit)}>
      <NameField form={form} />
      <SaveActions saving={rename} onCancel={onClose} />
    </Form>
  );
}

function Removal({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useRemovePasskey();
  return (
    <Form className="gap-4" onSubmit={() => remove.mutate(passkey.id, { onSuccess: onClose })}>
      <p className="font-medium wrap-anywhere">{passkey.name}</p>
      <SaveActions saving={remove} label={t("passkeys.remove")} variant="danger" onCancel={onClose} />
    </Form>
  );
}
