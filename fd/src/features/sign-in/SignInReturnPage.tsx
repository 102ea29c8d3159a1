// The page to which a provider sends the browser back, with its response in the address.
import { useEffect, useRef, useState } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { type ApiError, toApiError } from "@/api/errors";
import type { LinkRequired, SecondStep } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { Spinner } from "@/components/Spinner";
import { AuthPage, SecondStepPage, useSession } from "@/features/auth";
import { useTranslation } from "@/i18n";
import { type SignInRequest, takeSignInRequest } from "./request";
import { confirmLink, finishRequest, type Outcome } from "./responses";

/** Finishes the sign-in that this tab began: a login, or a change of the account. */
export function SignInReturnPage() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const { userId } = useSession();
  const [request, setRequest] = useState<SignInRequest | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const hasStarted = useRef(false);
  useEffect(() => {
    // The request is used up: the effect must not run twice.
    if (hasStarted.current) return;
    hasStarted.current = true;
    const taken = takeSignInRequest();
    setRequest(taken);
    finishRequest(taken, parameters).then(setOutcome, (caught) => setError(toApiError(caught)));
  }, [parameters]);
  const next = request?.next ?? "/";

  if (outcome === "done") return <Navigate replace to={next.startsWith("/") ? next : "/"} />;
  if (outcome && "mfa_required" in outcome)
    return <OwnSecondStep step={outcome} onFinished={() => setOutcome("done")} />;
  if (outcome) return <LinkPage link={outcome} onFinished={(step) => setOutcome(step ?? "done")} />;
  const back = userId === null ? "/login" : next;
  return (
    <AuthPage title={t("signIn.title")}>
      {error ? (
        <>
          <ErrorNotice error={error} />
          <BackLink to={back} />
        </>
      ) : (
        <p role="status" className="flex items-center justify-center gap-2 text-sm text-muted">
          <Spinner />
          {t("signIn.pending")}
        </p>
      )}
    </AuthPage>
  );
}

function BackLink({ to }: { to: string }) {
  const { t } = useTranslation();
  return (
    <Link
      replace
      to={to}
      className="self-center text-sm font-medium text-accent underline-offset-4 hover:underline"
    >
      {t("action.back")}
    </Link>
  );
}

/** The second step of our own, after which the session has begun. */
function OwnSecondStep({ step, onFinished }: { step: SecondStep; onFinished: () => void }) {
  const { userId } = useSession();
  const [left, setLeft] = useState(false);
  useEffect(() => {
    if (userId !== null) onFinished();
  }, [userId, onFinished]);
  if (left) return <Navigate replace to="/login" />;
  return <SecondStepPage step={step} onBack={() => setLeft(true)} />;
}

/** The address of the sign-in has an account: its password connects the two. */
function LinkPage({
  link,
  onFinished,
}: {
  link: LinkRequired;
  onFinished: (step: SecondStep | null) => void;
}) {
  const { t } = useTranslation();
  const [error, setError] = useState<ApiError | null>(null);
  const form = useForm({
    initial: { password: "" },
    validate: ({ password }) => ({ password: password === "" ? "auth.requiredPassword" : undefined }),
    onChange: () => setError(null),
  });
  const submit = async ({ password }: typeof form.values) => {
    try {
      onFinished(await confirmLink(link.link_token, password));
    } catch (caught) {
      setError(toApiError(caught));
      form.focus("password");
    }
  };
  const names = { provider: link.provider, email: link.email };
  return (
    <AuthPage title={t("signIn.linkTitle")}>
      {link.password ? (
        <Form onSubmit={() => void form.submit(submit)} className="gap-4">
          <p className="text-sm text-muted">{t("signIn.linkHint", names)}</p>
          <ErrorNotice error={error} />
          <PasswordField
            label={t("auth.password")}
            autoComplete="current-password"
            autoFocus
            {...form.field("password")}
            error={form.errors.password && t(form.errors.password)}
          />
          <Button type="submit" variant="primary" busy={form.busy} className="mt-1 h-10">
            {t("signIn.link")}
          </Button>
        </Form>
      ) : (
        <p className="text-sm text-muted">{t("signIn.linkWithoutPassword", names)}</p>
      )}
      <BackLink to="/login" />
    </AuthPage>
  );
}
