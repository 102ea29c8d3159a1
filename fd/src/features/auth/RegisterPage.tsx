import { useState } from "react";
import { useSearchParams } from "react-router";
import { type ApiError, toApiError } from "@/api/errors";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { Providers } from "@/features/sign-in";
import { useTranslation } from "@/i18n";
import { EmailField, NewPasswordFields, UsernameField } from "./AccountFields";
import { AuthPage } from "./AuthPage";
import { register } from "./account";
import { useAccountOptions } from "./options";
import { confirmationProblem, emailProblem, newPasswordProblem, usernameProblem } from "./rules";

export function RegisterPage() {
  const { t } = useTranslation();
  const invite = useSearchParams()[0].get("invite");
  const registration = useAccountOptions()?.registration;
  const [error, setError] = useState<ApiError | null>(null);
  const form = useForm({
    initial: { email: "", username: "", password: "", confirm_password: "" },
    validate: ({ email, username, password, confirm_password }) => ({
      email: emailProblem(email),
      username: usernameProblem(username),
      password: newPasswordProblem(password),
      confirm_password: confirmationProblem(password, confirm_password),
    }),
  });

  const submit = async (values: typeof form.values) => {
    setError(null);
    try {
      await register({
        ...values,
        email: values.email.trim(),
        username: values.username.trim(),
        ...(invite ? { invite } : {}),
      });
    } catch (caught) {
      const apiError = toApiError(caught);
      setError(apiError);
      if (apiError.code === "email_taken") form.focus("email");
    }
  };

  const refused = registration === "closed" || (registration === "invite" && !invite);
  return (
    <AuthPage
      title={t("auth.registerTitle")}
      question={t("auth.haveAccount")}
      linkText={t("auth.signIn")}
      linkTo="/login"
    >
      {refused ? (
        <p role="status" className="rounded-lg bg-surface px-3.5 py-2.5 text-sm">
          {t(registration === "closed" ? "auth.registrationClosed" : "auth.inviteNeeded")}
        </p>
      ) : (
        <Form onSubmit={() => void form.submit(submit)} className="gap-4">
          <ErrorNotice error={error} />
          <EmailField
            field={form.field("email")}
            error={form.errors.email}
            autoComplete="username"
            autoFocus
          />
          <UsernameField field={form.field("username")} error={form.errors.username} />
          <NewPasswordFields
            label={t("auth.password")}
            password={{ field: form.field("password"), error: form.errors.password }}
            confirmation={{ field: form.field("confirm_password"), error: form.errors.confirm_password }}
          />
          <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
            {t("auth.register")}
          </Button>
        </Form>
      )}
      {!refused && <Providers />}
    </AuthPage>
  );
}
