import { useState } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { useTranslation } from "@/i18n";
import { AuthPage } from "./AuthPage";
import { register } from "./account";
import { PasswordRulesList } from "./PasswordRulesList";
import { confirmationProblem, emailProblem, newPasswordProblem, usernameProblem } from "./rules";

export function RegisterPage() {
  const { t } = useTranslation();
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
      await register({ ...values, email: values.email.trim(), username: values.username.trim() });
    } catch (caught) {
      const apiError = toApiError(caught);
      setError(apiError);
      if (apiError.code === "email_taken") form.focus("email");
    }
  };

  return (
    <AuthPage
      title={t("auth.registerTitle")}
      question={t("auth.haveAccount")}
      linkText={t("auth.signIn")}
      linkTo="/login"
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit(submit);
        }}
        className="flex flex-col gap-4"
      >
        <ErrorNotice error={error} />
        <TextField
          label={t("auth.email")}
          type="email"
          autoComplete="username"
          autoFocus
          {...form.field("email")}
          error={form.errors.email && t(form.errors.email)}
        />
        <TextField
          label={t("auth.username")}
          autoComplete="nickname"
          maxLength={64}
          {...form.field("username")}
          error={form.errors.username && t(form.errors.username)}
        />
        <PasswordField
          label={t("auth.password")}
          autoComplete="new-password"
          {...form.field("password")}
          error={form.errors.password && t(form.errors.password)}
        />
        <PasswordField
          label={t("auth.confirmPassword")}
          autoComplete="new-password"
          {...form.field("confirm_password")}
          error={form.errors.confirm_password && t(form.errors.confirm_password)}
        />
        <PasswordRulesList password={form.values.password} confirmation={form.values.confirm_password} />
        <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
          {t("auth.register")}
        </Button>
      </form>
    </AuthPage>
  );
}
