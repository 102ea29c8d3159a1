import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { SaveActions } from "@/components/SaveActions";
import { useTranslation } from "@/i18n";
import { useDeleteAccount } from "./queries";

/** Deletion of the account, after its email is typed. */
export function DeleteAccount({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <section aria-labelledby="delete-account" className="border-t border-line pt-6">
      <h2 id="delete-account" className="text-base font-semibold">
        {t("profile.deleteTitle")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("profile.deleteHint")}</p>
      <Button className="text-danger" onClick={() => setOpen(true)}>
        {t("profile.delete")}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={t("profile.deleteQuestion")}
        description={t("profile.deleteWarning")}
      >
        <Confirmation email={profile.email} onClose={() => setOpen(false)} />
      </Dialog>
    </section>
  );
}

function Confirmation({ email, onClose }: { email: string; onClose: () => void }) {
  const { t } = useTranslation();
  const deletion = useDeleteAccount();
  const form = useForm({
    initial: { email: "" },
    validate: (values) => ({
      email: values.email.trim().toLowerCase() === email.toLowerCase() ? undefined : "profile.deleteMismatch",
    }),
  });
  return (
    <Form className="gap-3" onSubmit={() => void form.submit(() => deletion.mutate())}>
      <TextField
        label={t("profile.deleteConfirm", { email })}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        {...form.field("email")}
        error={form.errors.email && t(form.errors.email)}
      />
      <SaveActions saving={deletion} label={t("profile.deleteFinally")} variant="danger" onCancel={onClose} />
    </Form>
  );
}
