import { LogOut } from "lucide-react";
import { useState } from "react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { Skeleton } from "@/components/Skeleton";
import {
  confirmationProblem,
  EmailField,
  emailProblem,
  NewPasswordFields,
  newPasswordProblem,
  UsernameField,
  usernameProblem,
} from "@/features/auth";
import { useTranslation } from "@/i18n";
import { DeleteAccount } from "./DeleteAccount";
import { EmailVerification } from "./EmailVerification";
import { ExportData } from "./ExportData";
import { logOut } from "./log-out";
import { Passkeys } from "./Passkeys";
import { useChangeEmail, useChangePassword, useChangeUsername, useProfile } from "./queries";
import { ReauthenticationDialog } from "./ReauthenticationDialog";
import { SecondFactors } from "./SecondFactors";
import { Sessions } from "./Sessions";
import { SignIns } from "./SignIns";

/** The account page: group, registration date, name, email, password, logins, export and deletion. */
export function ProfilePage() {
  const { t, language } = useTranslation();
  const profile = useProfile();
  if (profile.isPending) {
    return (
      <div role="status" aria-label={t("app.loading")} className="flex flex-col gap-4">
        <Skeleton className="h-16" />
        <Skeleton className="h-24" />
        <Skeleton className="h-24" />
      </div>
    );
  }
  if (profile.isError) {
    return (
      <ErrorNotice error={profile.error}>
        <Button onClick={() => void profile.refetch()}>{t("action.retry")}</Button>
      </ErrorNotice>
    );
  }
  const { group, created_at } = profile.data;
  const groups: Record<string, string> = {
    free: t("profile.groupFree"),
    pro: t("profile.groupPro"),
    admin: t("profile.groupAdmin"),
  };
  return (
    <div className="flex flex-col gap-8">
      <dl className="grid grid-cols-2 gap-4 rounded-xl bg-surface px-4 py-3 text-sm">
        <div>
          <dt className="text-muted">{t("profile.group")}</dt>
          <dd className="font-medium">{groups[group] ?? group}</dd>
        </div>
        <div>
          <dt className="text-muted">{t("profile.since")}</dt>
          <dd className="font-medium">
            {new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(created_at))}
          </dd>
        </div>
      </dl>
      <UsernameForm profile={profile.data} />
      <EmailForm profile={profile.data} />
      <PasswordForm />
      <Passkeys />
      <SecondFactors />
      <SignIns />
      <Sessions />
      <ExportData />
      <DeleteAccount profile={profile.data} />
      <ReauthenticationDialog />
      <div className="border-t border-line pt-6">
        <Button onClick={() => void logOut()}>
          <LogOut aria-hidden className="icon" />
          {t("auth.logOut")}
        </Button>
      </div>
    </div>
  );
}

function SaveRow({ busy, disabled, saved }: { busy: boolean; disabled: boolean; saved: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-3">
      <Button type="submit" busy={busy} disabled={disabled}>
        {t("action.save")}
      </Button>
      <span role="status" className="text-sm text-accent">
        {saved ? t("action.saved") : ""}
      </span>
    </div>
  );
}

function UsernameForm({ profile }: { profile: Profile }) {
  const change = useChangeUsername();
  const form = useForm({
    initial: { username: profile.username },
    validate: ({ username }) => ({ username: usernameProblem(username) }),
    onChange: () => change.reset(),
  });
  const save = ({ username }: typeof form.values) =>
    change.mutate(username.trim(), { onSuccess: () => form.reset() });
  return (
    <Form className="gap-3" onSubmit={() => void form.submit(save)}>
      <UsernameField field={form.field("username")} error={form.errors.username} />
      <ErrorNotice error={change.error} />
      <SaveRow busy={change.isPending} disabled={!form.dirty} saved={change.isSuccess} />
    </Form>
  );
}

function EmailForm({ profile }: { profile: Profile }) {
  const change = useChangeEmail();
  const form = useForm({
    initial: { email: profile.email },
    validate: ({ email }) => ({ email: emailProblem(email) }),
    onChange: () => change.reset(),
  });
  const save = ({ email }: typeof form.values) =>
    change.mutate(email.trim(), { onSuccess: () => form.reset() });
  return (
    <Form className="gap-3" onSubmit={() => void form.submit(save)}>
      <EmailField field={form.field("email")} error={form.errors.email} autoComplete="email" />
      {!form.dirty && <EmailVerification profile={profile} />}
      <ErrorNotice error={change.error} />
      <SaveRow busy={change.isPending} disabled={!form.dirty} saved={change.isSuccess} />
    </Form>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const change = useChangePassword();
  const [changed, setChanged] = useState(false);
  const form = useForm({
    initial: { new_password: "", confirm_password: "" },
    validate: ({ new_password, confirm_password }) => ({
      new_password: newPasswordProblem(new_password),
      confirm_password: confirmationProblem(new_password, confirm_password),
    }),
    onChange: () => setChanged(false),
  });
  const submit = (values: typeof form.values) =>
    change.mutate(values, {
      onSuccess: () => {
        form.reset();
        setChanged(true);
      },
    });
  return (
    <section aria-labelledby="change-password" className="border-t border-line pt-6">
      <h2 id="change-password" className="text-base font-semibold">
        {t("profile.changePassword")}
      </h2>
      <p className="mb-4 text-sm text-muted">{t("profile.passwordHint")}</p>
      <Form className="gap-3" onSubmit={() => void form.submit(submit)}>
        <NewPasswordFields
          label={t("auth.newPassword")}
          password={{ field: form.field("new_password"), error: form.errors.new_password }}
          confirmation={{ field: form.field("confirm_password"), error: form.errors.confirm_password }}
        />
        <ErrorNotice error={change.error} />
        <div className="flex items-center gap-3">
          <Button type="submit" busy={change.isPending} disabled={form.values.new_password === ""}>
            {t("profile.changePassword")}
          </Button>
        </div>
        <p role="status" className="text-sm text-accent empty:hidden">
          {changed ? t("profile.passwordChanged") : ""}
        </p>
      </Form>
    </section>
  );
}
