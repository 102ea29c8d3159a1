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
import { logIn } from "./account";
import { emailSchema } from "./rules";
import { useRuleMessage } from "./useRuleMessage";
import { useSession } from "./useSession";

const schema = z.object({
  email: emailSchema,
  password: z.string().check(z.minLength(1, { error: "auth.requiredPassword" })),
});

export function LoginPage() {
  const { t } = useTranslation();
  const ruleMessage = useRuleMessage();
  const { ended } = useSession();
  const [error, setError] = useState<ApiError | null>(null);
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: "", password: "" },
  });
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    setError(null);
    try {
      await logIn(values);
    } catch (caught) {
      setError(toApiError(caught));
      form.setFocus("password");
    }
  });

  return (
    <AuthPage
      title={t("auth.signInTitle")}
      question={t("auth.noAccount")}
      linkText={t("auth.register")}
      linkTo="/register"
    >
      {ended === "expired" && !error && (
        <p role="status" className="rounded-lg bg-surface px-3.5 py-2.5 text-sm">
          {t("auth.expired")}
        </p>
      )}
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
        <PasswordField
          label={t("auth.password")}
          autoComplete="current-password"
          {...form.register("password")}
          error={ruleMessage(errors.password?.message)}
        />
        <Button type="submit" variant="primary" busy={isSubmitting} className="mt-1 h-10">
          {t("auth.signIn")}
        </Button>
      </form>
    </AuthPage>
  );
}
