import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import * as z from "zod/mini";
import { type ApiError, toApiError } from "@/api/errors";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { PasswordField } from "@/components/PasswordField";
import { AuthPage } from "./AuthPage";
import { register } from "./account";
import { PasswordRulesList } from "./PasswordRulesList";
import { emailSchema, newPasswordSchema, usernameSchema } from "./rules";
import { useRuleMessage } from "./useRuleMessage";

const schema = z
  .object({
    email: emailSchema,
    username: usernameSchema,
    password: newPasswordSchema,
    confirm_password: z.string(),
  })
  .check(
    z.refine((values) => values.password === values.confirm_password, {
      path: ["confirm_password"],
      error: "auth.passwordMismatch",
    }),
  );

export function RegisterPage() {
  const { t } = useTranslation();
  const ruleMessage = useRuleMessage();
  const [error, setError] = useState<ApiError | null>(null);
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: "", username: "", password: "", confirm_password: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const [password, confirmation] = form.watch(["password", "confirm_password"]);

  const submit = form.handleSubmit(async (values) => {
    setError(null);
    try {
      await register(values);
    } catch (caught) {
      const apiError = toApiError(caught);
      setError(apiError);
      if (apiError.code === "email_taken") form.setFocus("email");
    }
  });

  return (
    <AuthPage
      title={t("auth.registerTitle")}
      question={t("auth.haveAccount")}
      linkText={t("auth.signIn")}
      linkTo="/login"
    >
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <ErrorNotice error={error} />
        <TextField
          label={t("auth.email")}
          type="email"
          autoComplete="username"
          autoFocus
          {...form.register("email")}
          error={ruleMessage(errors.email?.message)}
        />
        <TextField
          label={t("auth.username")}
          autoComplete="nickname"
          maxLength={64}
          {...form.register("username")}
          error={ruleMessage(errors.username?.message)}
        />
        <PasswordField
          label={t("auth.password")}
          autoComplete="new-password"
          {...form.register("password")}
          error={ruleMessage(errors.password?.message)}
        />
        <PasswordField
          label={t("auth.confirmPassword")}
          autoComplete="new-password"
          {...form.register("confirm_password")}
          error={ruleMessage(errors.confirm_password?.message)}
        />
        <PasswordRulesList password={password} confirmation={confirmation} />
        <Button type="submit" variant="primary" busy={isSubmitting} className="mt-1 h-10">
          {t("auth.register")}
        </Button>
      </form>
    </AuthPage>
  );
}
