import { useEffect, useState } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import { Dialog } from "@/components/Dialog";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { useTranslation } from "@/i18n";
import { authenticateAgain, useReauthentication } from "./reauthentication";

/** The dialog in which the user authenticates again, while a call of `reauthenticated` waits for it. */
export function ReauthenticationDialog() {
  const { t } = useTranslation();
  const answer = useReauthentication((state) => state.answer);
  useEffect(() => () => useReauthentication.getState().answer?.(false), []);
  return (
    <Dialog
      open={answer !== null}
      onClose={() => answer?.(false)}
      title={t("profile.reauthenticationTitle")}
      description={t("profile.reauthenticationHint")}
    >
      {answer && <PasswordConfirmation onAnswer={answer} />}
    </Dialog>
  );
}

function PasswordConfirmation({ onAnswer }: { onAnswer: (authenticated: boolean) => void }) {
  const { t } = useTranslation();
  const [error, setError] = useState<ApiError | null>(null);
  const form = useForm({
    initial: { password: "" },
    validate: ({ password }) => ({ password: password === "" ? "auth.requiredPassword" : undefined }),
    onChange: () => setError(null),
  });
  const submit = async ({ password }: typeof form.values) => {
    try {
      await authenticateAgain(password);
      onAnswer(true);
    } catch (caught) {
      setError(toApiError(caught));
      form.focus("password");
    }
  };
  return (
    <Form className="gap-3" onSubmit={() => void form.submit(submit)}>
      <PasswordField
        label={t("auth.password")}
        autoComplete="current-password"
        autoFocus
        {...form.field("password")}
        error={form.errors.password && t(form.errors.password)}
      />
      <SaveActions
        saving={{ error, isPending: form.busy }}
        label={t("profile.reauthenticate")}
        onCancel={() => onAnswer(false)}
      />
    </Form>
  );
}
