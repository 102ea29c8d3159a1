import { zodResolver } from "@hookform/resolvers/zod";
import { LogOut } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import * as z from "zod/mini";
import type { Profile } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { PasswordField } from "@/components/PasswordField";
import { Skeleton } from "@/components/Skeleton";
import {
  emailSchema,
  logOut,
  newPasswordSchema,
  PasswordRulesList,
  useRuleMessage,
  usernameSchema,
} from "@/features/auth";
import { useChangeEmail, useChangePassword, useChangeUsername, useProfile } from "./queries";

/** The account: its group and dates, and the forms that change name, email and password. */
export function ProfilePage() {
  const { t, i18n } = useTranslation();
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
            {new Intl.DateTimeFormat(i18n.language, { dateStyle: "long" }).format(new Date(created_at))}
          </dd>
        </div>
      </dl>
      <UsernameForm profile={profile.data} />
      <EmailForm profile={profile.data} />
      <PasswordForm />
      <div className="border-t border-line pt-6">
        <Button onClick={() => void logOut()}>
          <LogOut aria-hidden className="icon" />
          {t("auth.logOut")}
        </Button>
      </div>
    </div>
  );
}

function InlineForm({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      className="flex flex-col gap-3"
    >
      {children}
    </form>
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
  const { t } = useTranslation();
  const ruleMessage = useRuleMessage();
  const change = useChangeUsername();
  const form = useForm({
    resolver: zodResolver(z.object({ username: usernameSchema })),
    values: { username: profile.username },
  });
  const { errors, isDirty } = form.formState;
  return (
    <InlineForm onSubmit={form.handleSubmit(({ username }) => change.mutate(username))}>
      <TextField
        label={t("auth.username")}
        autoComplete="nickname"
        maxLength={64}
        {...form.register("username", { onChange: () => change.reset() })}
        error={ruleMessage(errors.username?.message)}
      />
      <ErrorNotice error={change.error} />
      <SaveRow busy={change.isPending} disabled={!isDirty} saved={change.isSuccess} />
    </InlineForm>
  );
}

function EmailForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const ruleMessage = useRuleMessage();
  const change = useChangeEmail();
  const form = useForm({
    resolver: zodResolver(z.object({ email: emailSchema })),
    values: { email: profile.email },
  });
  const { errors, isDirty } = form.formState;
  return (
    <InlineForm onSubmit={form.handleSubmit(({ email }) => change.mutate(email))}>
      <TextField
        label={t("auth.email")}
        type="email"
        autoComplete="email"
        {...form.register("email", { onChange: () => change.reset() })}
        error={ruleMessage(errors.email?.message)}
      />
      <ErrorNotice error={change.error} />
      <SaveRow busy={change.isPending} disabled={!isDirty} saved={change.isSuccess} />
    </InlineForm>
  );
}

const passwordSchema = z.object({ new_password: newPasswordSchema, confirm_password: z.string() }).check(
  z.refine((values) => values.new_password === values.confirm_password, {
    path: ["confirm_password"],
    error: "auth.passwordMismatch",
  }),
);

function PasswordForm() {
  const { t } = useTranslation();
  const ruleMessage = useRuleMessage();
  const change = useChangePassword();
  const [changed, setChanged] = useState(false);
  const form = useForm({
    resolver: zodResolver(passwordSchema),
    defaultValues: { new_password: "", confirm_password: "" },
  });
  const { errors } = form.formState;
  const [password, confirmation] = form.watch(["new_password", "confirm_password"]);
  const submit = form.handleSubmit((values) =>
    change.mutate(values, {
      onSuccess: () => {
        form.reset();
        setChanged(true);
      },
    }),
  );
  return (
    <section aria-labelledby="change-password" className="border-t border-line pt-6">
      <h2 id="change-password" className="text-base font-semibold">
        {t("profile.changePassword")}
      </h2>
      <p className="mb-4 text-sm text-muted">{t("profile.passwordHint")}</p>
      <InlineForm onSubmit={submit}>
        <PasswordField
          label={t("auth.newPassword")}
          autoComplete="new-password"
          {...form.register("new_password", { onChange: () => setChanged(false) })}
          error={ruleMessage(errors.new_password?.message)}
        />
        <PasswordField
          label={t("auth.confirmPassword")}
          autoComplete="new-password"
          {...form.register("confirm_password")}
          error={ruleMessage(errors.confirm_password?.message)}
        />
        <PasswordRulesList password={password} confirmation={confirmation} />
        <ErrorNotice error={change.error} />
        <div className="flex items-center gap-3">
          <Button type="submit" busy={change.isPending} disabled={password === ""}>
            {t("profile.changePassword")}
          </Button>
        </div>
        <p role="status" className="text-sm text-accent empty:hidden">
          {changed ? t("profile.passwordChanged") : ""}
        </p>
      </InlineForm>
    </section>
  );
}
