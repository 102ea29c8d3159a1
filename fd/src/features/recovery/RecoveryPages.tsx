// Pages that mails link to, and the one that requests such a mail. Loaded when they are opened, with their texts.
import { CircleCheck, MailCheck } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link, Navigate, useNavigate, useParams } from "react-router";
import { body, publicApi, session } from "@/api/client";
import { type ApiError, toApiError } from "@/api/errors";
import type { SecondStep } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import {
  AuthPage,
  confirmationProblem,
  EmailField,
  emailProblem,
  NewPasswordFields,
  newPasswordProblem,
  SecondStepPage,
  useSession,
} from "@/features/auth";
import { useTranslation } from "@/i18n";

/** Requests a mail with a link to set a new password. */
export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const [error, setError] = useState<ApiError | null>(null);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initial: { email: "" },
    validate: ({ email }) => ({ email: emailProblem(email) }),
  });
  const submit = async ({ email }: typeof form.values) => {
    setError(null);
    try {
      await publicApi.POST("/user/password/forgot", { body: { email: email.trim() } });
      setSentTo(email.trim());
    } catch (caught) {
      setError(toApiError(caught));
    }
  };
  return (
    <RecoveryPage title={t("recovery.forgotTitle")}>
      {sentTo === null ? (
        <Form onSubmit={() => void form.submit(submit)} className="gap-4">
          <p className="text-sm text-muted">{t("recovery.forgotHint")}</p>
          <ErrorNotice error={error} />
          <EmailField
            field={form.field("email")}
            error={form.errors.email}
            autoComplete="username"
            autoFocus
          />
          <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
            {t("recovery.sendLink")}
          </Button>
        </Form>
      ) : (
        <Outcome icon={<MailCheck aria-hidden className="size-6 text-accent" />}>
          {t("recovery.sent", { email: sentTo })}
        </Outcome>
      )}
    </RecoveryPage>
  );
}

/** Sets a new password with the token of a mail's link, and logs in. */
export function ResetPasswordPage() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const navigate = useNavigate();
  const { userId } = useSession();
  const [error, setError] = useState<ApiError | null>(null);
  const [step, setStep] = useState<SecondStep | null>(null);
  const form = useForm({
    initial: { new_password: "", confirm_password: "" },
    validate: ({ new_password, confirm_password }) => ({
      new_password: newPasswordProblem(new_password),
      confirm_password: confirmationProblem(new_password, confirm_password),
    }),
  });
  const submit = async (passwords: typeof form.values) => {
    setError(null);
    try {
      const login = await body(publicApi.POST("/user/password/reset", { body: { token, ...passwords } }));
      if ("mfa_required" in login) {
        setStep(login);
        return;
      }
      session.accept(login);
      void navigate("/", { replace: true });
    } catch (caught) {
      setError(toApiError(caught));
    }
  };
  if (step && userId !== null) return <Navigate replace to="/" />;
  if (step) return <SecondStepPage step={step} onBack={() => void navigate("/login", { replace: true })} />;
  return (
    <RecoveryPage title={t("recovery.resetTitle")}>
      <Form onSubmit={() => void form.submit(submit)} className="gap-4">
        <p className="text-sm text-muted">{t("recovery.resetHint")}</p>
        <ErrorNotice error={error}>{error?.code === "invalid_token" && <RequestLink />}</ErrorNotice>
        <NewPasswordFields
          label={t("auth.newPassword")}
          password={{ field: form.field("new_password"), error: form.errors.new_password }}
          confirmation={{ field: form.field("confirm_password"), error: form.errors.confirm_password }}
        />
        <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
          {t("recovery.setPassword")}
        </Button>
      </Form>
    </RecoveryPage>
  );
}

function RequestLink() {
  const { t } = useTranslation();
  return (
    <Link className="font-medium text-accent underline-offset-4 hover:underline" to="/forgot">
      {t("recovery.requestAgain")}
    </Link>
  );
}

/**
 * Verifies an email address with the token of a mail's link. A button does it, because programs that scan mails open
 * their links, too.
 */
export function VerifyEmailPage() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const [error, setError] = useState<ApiError | null>(null);
  const [state, setState] = useState<"open" | "busy" | "verified">("open");
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const verify = async () => {
    setError(null);
    setState("busy");
    try {
      await publicApi.POST("/user/email/verify", { body: { token } });
      setState("verified");
    } catch (caught) {
      setError(toApiError(caught));
      setState("open");
    }
  };
  return (
    <RecoveryPage title={t("recovery.verifyTitle")}>
      {state === "verified" ? (
        <Outcome icon={<CircleCheck aria-hidden className="size-6 text-accent" />}>
          {t("recovery.verified")}
        </Outcome>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-sm text-muted">{t("recovery.verifyHint")}</p>
          <ErrorNotice error={error}>
            {error?.code === "invalid_token" && <p>{t("recovery.verifyAgain")}</p>}
          </ErrorNotice>
          <Button
            ref={button}
            variant="primary"
            busy={state === "busy"}
            className="h-10"
            onClick={() => void verify()}
          >
            {t("recovery.verify")}
          </Button>
        </div>
      )}
    </RecoveryPage>
  );
}

function RecoveryPage({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { userId } = useSession();
  const isGuest = userId === null;
  return (
    <AuthPage
      title={title}
      linkText={t(isGuest ? "recovery.backToLogin" : "app.toStart")}
      linkTo={isGuest ? "/login" : "/"}
    >
      {children}
    </AuthPage>
  );
}

/** A status that screen readers announce, in place of the form. */
function Outcome({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div
      role="status"
      className="flex flex-col items-center gap-3 rounded-xl bg-surface px-5 py-6 text-center"
    >
      {icon}
      <p className="text-sm wrap-anywhere">{children}</p>
    </div>
  );
}
