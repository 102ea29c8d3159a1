import { useState } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import type { SecondStep } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { useTranslation } from "@/i18n";
import { AuthPage } from "./AuthPage";
import { finishLogIn, finishLogInWithPasskey } from "./account";

/** The second step of a login: a passkey, a code of the authenticator app, or a recovery code. */
export function SecondStepPage({ step, onBack }: { step: SecondStep; onBack: () => void }) {
  const { t } = useTranslation();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useForm({
    initial: { code: "" },
    validate: ({ code }) => ({ code: code.trim() === "" ? "mfa.requiredCode" : undefined }),
    onChange: () => setError(null),
  });
  const submit = async ({ code }: typeof form.values) => {
    try {
      await finishLogIn(step.mfa_token, code.trim());
    } catch (caught) {
      setError(toApiError(caught));
      form.focus("code");
    }
  };
  const submitPasskey = async () => {
    setError(null);
    setBusy(true);
    try {
      await finishLogInWithPasskey(step.mfa_token);
    } catch (caught) {
      setError(toApiError(caught));
    }
    setBusy(false);
  };
  return (
    <AuthPage title={t("mfa.stepTitle")}>
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <ErrorNotice error={error} />
        {step.methods.includes("passkey") && (
          <Button busy={busy} className="h-10" onClick={() => void submitPasskey()}>
            {t("mfa.passkey")}
          </Button>
        )}
        <TextField
          label={t("mfa.code")}
          hint={t(step.methods.includes("totp") ? "mfa.codeHint" : "mfa.recoveryHint")}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          {...form.field("code")}
          error={form.errors.code && t(form.errors.code)}
        />
        <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
          {t("auth.signIn")}
        </Button>
        <Button onClick={onBack}>{t("action.back")}</Button>
      </Form>
    </AuthPage>
  );
}
