// Form fields of an account, for registration and the profile.
import { TextField } from "@/components/Field";
import type { FieldProps } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { type TextKey, useTranslation } from "@/i18n";
import { PasswordRulesList } from "./PasswordRulesList";

interface AccountFieldProps {
  field: FieldProps;
  error: TextKey | undefined;
}

/** `autoComplete`: "username" where the email is the login name. */
export function EmailField({
  field,
  error,
  ...props
}: AccountFieldProps & { autoComplete: "username" | "email"; autoFocus?: boolean }) {
  const { t } = useTranslation();
  return <TextField label={t("auth.email")} type="email" {...props} {...field} error={error && t(error)} />;
}

export function UsernameField({ field, error }: AccountFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("auth.username")}
      autoComplete="nickname"
      maxLength={64}
      {...field}
      error={error && t(error)}
    />
  );
}

/** A new password, its confirmation, and the password rules. */
export function NewPasswordFields({
  label,
  password,
  confirmation,
}: {
  label: string;
  password: AccountFieldProps;
  confirmation: AccountFieldProps;
}) {
  const { t } = useTranslation();
  return (
    <>
      <PasswordField
        label={label}
        autoComplete="new-password"
        {...password.field}
        error={password.error && t(password.error)}
      />
      <PasswordField
        label={t("auth.confirmPassword")}
        autoComplete="new-password"
        {...confirmation.field}
        error={confirmation.error && t(confirmation.error)}
      />
      <PasswordRulesList password={password.field.value} confirmation={confirmation.field.value} />
    </>
  );
}
