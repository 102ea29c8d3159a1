import { useState } from "react";
import { Link } from "react-router";
import { type ApiError, toApiError } from "@/api/errors";
import type { SecondStep } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { Providers } from "@/features/sign-in";
import { loadTexts, useTranslation } from "@/i18n";
import { EmailField } from "./AccountFields";
import { AuthPage } from "./AuthPage";
import { logIn } from "./account";
import { useAccountOptions } from "./options";
import { emailProblem } from "./rules";
import { SecondStepPage } from "./second-step";
import { useSession } from "./useSession";

export function LoginPage() {
  const { t } = useTranslation();
  const { ended } = useSession();
  const options = useAccountOptions();
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const [step, setStep] = useState<SecondStep | null>(null);
  const form = useForm({
    initial: { email: "", password: "" },
    validate: ({ email, password }) => ({
      email: emailProblem(email),
      password: password === "" ? "auth.requiredPassword" : undefined,
    }),
  });

  const submit = async ({ email, password }: typeof form.values) => {
    setError(null);
    try {
      setStep(await logIn({ email: email.trim(), password }));
    } catch (caught) {
      const failure = toApiError(caught);
      setError(failure);
      form.focus(failure.code === "email_not_found" ? "email" : "password");
    }
  };

  const logInWithPasskey = async () => {
    setError(null);
    setBusy(true);
    try {
      // The texts are for its errors.
      const [passkeys] = await Promise.all([import("@/api/passkeys"), loadTexts("texts")]);
      await passkeys.logInWithPasskey();
    } catch (caught) {
      setError(toApiError(caught));
    }
    setBusy(false);
  };

  if (step) return <SecondStepPage step={step} onBack={() => setStep(null)} />;
  return (
    <AuthPage
      title={t("auth.signInTitle")}
      question={t("auth.noAccount")}
      linkText={options?.registration === "closed" ? "" : t("auth.register")}
      linkTo="/register"
    >
      {ended === "expired" && !error && (
        <p role="status" className="rounded-lg bg-surface px-3.5 py-2.5 text-sm">
          {t("auth.expired")}
        </p>
      )}
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <ErrorNotice error={error} />
        <EmailField field={form.field("email")} error={form.errors.email} autoComplete="username" autoFocus />
        <PasswordField
          label={t("auth.password")}
          autoComplete="current-password"
          {...form.field("password")}
          error={form.errors.password && t(form.errors.password)}
        />
        <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
          {t("auth.signIn")}
        </Button>
        {options?.passkeys && "PublicKeyCredential" in window && (
          <Button busy={busy} className="h-10" onClick={() => void logInWithPasskey()}>
            {t("auth.passkey")}
          </Button>
        )}
        {options?.mail && (
          <Link className="self-center text-sm text-muted underline-offset-4 hover:underline" to="/forgot">
            {t("auth.forgotPassword")}
          </Link>
        )}
      </Form>
      <Providers />
    </AuthPage>
  );
}
