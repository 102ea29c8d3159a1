import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { PasswordField } from "@/components/PasswordField";
import { SaveActions } from "@/components/SaveActions";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { useFactors } from "./factors";
import { useAuthenticateWithProvider, useIdentities } from "./identities";
import { authenticateAgain, authenticateAgainWithPasskey, useReauthentication } from "./reauthentication";

/** The dialog in which the user authenticates again, while a call of `reauthenticated` waits for it. */
export function ReauthenticationDialog() {
  const { t } = useTranslation();
  const answer = useReauthentication((state) => state.answer);
  useEffect(() => () => useReauthentication.getState().answer?.(false), []);
  return (
    <Dialog
      open={answer !== null}
      onClose={() => answer?.(false)}
      title={t("profile.reauthenticationTitle")}
      description={t("profile.reauthenticationHint")}
    >
      {answer && <Confirmation onAnswer={answer} />}
    </Dialog>
  );
}

interface Answered {
  onAnswer: (authenticated: boolean) => void;
}

function Confirmation({ onAnswer }: Answered) {
  const { t } = useTranslation();
  const factors = useFactors();
  if (factors.isPending) {
    return (
      <div role="status" aria-label={t("app.loading")}>
        <Skeleton className="h-16" />
      </div>
    );
  }
  if (factors.isError) return <ErrorNotice error={factors.error} />;
  const { password, totp, passkeys } = factors.data;
  if (!(password || totp || passkeys)) return <ProviderConfirmation />;
  return (
    <div className="flex flex-col gap-4">
      {passkeys && <PasskeyButton onAnswer={onAnswer} />}
      {(password || totp) && <SecretForm kind={password ? "password" : "code"} onAnswer={onAnswer} />}
    </div>
  );
}

/** Confirmation with a provider, which leaves the page, for an account without a secret of its own. */
function ProviderConfirmation() {
  const { t } = useTranslation();
  const identities = useIdentities().data ?? [];
  const authenticate = useAuthenticateWithProvider();
  const providers = identities.filter(({ provider_id }) => provider_id !== null);
  if (providers.length === 0) return <p className="text-sm">{t("profile.reauthenticationLogIn")}</p>;
  return (
    <div className="flex flex-col gap-3">
      <ErrorNotice error={authenticate.error} />
      <p className="text-sm">{t("signIn.againHint")}</p>
      {providers.map(({ id, provider, provider_id }) => (
        <Button
          key={id}
          variant="primary"
          busy={authenticate.isPending && authenticate.variables === provider_id}
          onClick={() => provider_id && authenticate.mutate(provider_id)}
        >
          {t("signIn.again", { name: provider })}
        </Button>
      ))}
    </div>
  );
}

function PasskeyButton({ onAnswer }: Answered) {
  const { t } = useTranslation();
  const authentication = useMutation({
    mutationFn: authenticateAgainWithPasskey,
    onSuccess: () => onAnswer(true),
  });
  return (
    <>
      <ErrorNotice error={authentication.error} />
      <Button busy={authentication.isPending} onClick={() => authentication.mutate()}>
        {t("mfa.passkey")}
      </Button>
    </>
  );
}

function SecretForm({ kind, onAnswer }: Answered & { kind: "password" | "code" }) {
  const { t } = useTranslation();
  const [error, setError] = useState<ApiError | null>(null);
  const required = kind === "password" ? "auth.requiredPassword" : "mfa.requiredCode";
  const form = useForm({
    initial: { secret: "" },
    validate: ({ secret }) => ({ secret: secret === "" ? required : undefined }),
    onChange: () => setError(null),
  });
  const submit = async ({ secret }: typeof form.values) => {
    try {
      await authenticateAgain(kind === "password" ? { current_password: secret } : { code: secret });
      onAnswer(true);
    } catch (caught) {
      setError(toApiError(caught));
      form.focus("secret");
    }
  };
  const field = {
    autoFocus: true,
    ...form.field("secret"),
    error: form.errors.secret && t(form.errors.secret),
  };
  return (
    <Form className="gap-3" onSubmit={() => void form.submit(submit)}>
      {kind === "password" ? (
        <PasswordField label={t("auth.password")} autoComplete="current-password" {...field} />
      ) : (
        <TextField label={t("mfa.code")} hint={t("mfa.codeHint")} autoComplete="one-time-code" {...field} />
      )}
      <SaveActions
        saving={{ error, isPending: form.busy }}
        label={t("profile.reauthenticate")}
        onCancel={() => onAnswer(false)}
      />
    </Form>
  );
}
