// The fields of an account, the same wherever they are filled in.
import { TextField } from "@/components/Field";
import type { FieldProps } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { type TextKey, useTranslation } from "@/i18n";
import { PasswordRulesList } from "./PasswordRulesList";

interface AccountFieldProps {
  field: FieldProps;
  error: TextKey | undefined;
}

/** `autoComplete`: "username" where it is what one logs in with. */
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

/** A new password, once more, and the rules as they are met. */
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
