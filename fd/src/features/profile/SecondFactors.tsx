import { useState } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { lazyPart } from "@/components/lazy-part";
import { SaveActions } from "@/components/SaveActions";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { useConfirmTotp, useFactors, useRemoveTotp, useReplaceRecoveryCodes, useStartTotp } from "./factors";
import { RecoveryCodes } from "./RecoveryCodes";

const QrCode = lazyPart(async () => (await import("@/components/QrCode")).QrCode);

interface TotpSetup {
  secret: string;
  uri: string;
}

/** The account's authenticator app, and the recovery codes that come with the first second factor. */
export function SecondFactors() {
  const { t } = useTranslation();
  const factors = useFactors();
  const start = useStartTotp();
  const replace = useReplaceRecoveryCodes();
  const [setup, setSetup] = useState<TotpSetup | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [removing, setRemoving] = useState(false);
  const on = factors.data?.totp || factors.data?.passkeys;
  const close = () => {
    setSetup(null);
    setCodes(null);
    setRemoving(false);
  };
  return (
    <section aria-labelledby="second-factors" className="border-t border-line pt-6">
      <h2 id="second-factors" className="text-base font-semibold">
        {t("mfaSettings.title")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("mfaSettings.hint")}</p>
      {factors.isPending && (
        <div role="status" aria-label={t("app.loading")}>
          <Skeleton className="h-9" />
        </div>
      )}
      {factors.isError && (
        <ErrorNotice error={factors.error}>
          <Button onClick={() => void factors.refetch()}>{t("action.retry")}</Button>
        </ErrorNotice>
      )}
      <div className="flex flex-col items-start gap-3">
        <ErrorNotice error={start.error ?? replace.error} />
        {factors.data && (
          <>
            {on && (
              <p className="text-sm">
                {t("mfaSettings.on")} {t("mfaSettings.codesLeft", { count: factors.data.recovery_codes })}
              </p>
            )}
            <div className="flex flex-wrap gap-2">
              {!factors.data.totp && (
                <Button
                  busy={start.isPending}
                  onClick={() => start.mutate(undefined, { onSuccess: setSetup })}
                >
                  {t("mfaSettings.setUp")}
                </Button>
              )}
              {on && (
                <Button
                  busy={replace.isPending}
                  onClick={() => replace.mutate(undefined, { onSuccess: setCodes })}
                >
                  {t("mfaSettings.newCodes")}
                </Button>
              )}
              {factors.data.totp && (
                <Button className="text-danger" onClick={() => setRemoving(true)}>
                  {t("mfaSettings.turnOff")}
                </Button>
              )}
            </div>
          </>
        )}
      </div>
      <Dialog
        open={setup !== null && codes === null}
        onClose={close}
        title={t("mfaSettings.setUpTitle")}
        description={t("mfaSettings.setUpHint")}
      >
        {setup && <Setup setup={setup} onConfirmed={setCodes} onClose={close} />}
      </Dialog>
      <Dialog
        keepOpen
        open={codes !== null}
        onClose={close}
        title={t("mfaSettings.codesTitle")}
        description={t("mfaSettings.codesHint")}
      >
        {codes && <RecoveryCodes codes={codes} onClose={close} />}
      </Dialog>
      <Dialog
        open={removing}
        onClose={close}
        title={t("mfaSettings.turnOffTitle")}
        description={t("mfaSettings.turnOffHint")}
      >
        <Removal onClose={close} />
      </Dialog>
    </section>
  );
}

function useCodeForm(onChange: () => void) {
  return useForm({
    initial: { code: "" },
    validate: ({ code }) => ({ code: code.trim() === "" ? "mfa.requiredCode" : undefined }),
    onChange,
  });
}

function CodeField({ form }: { form: ReturnType<typeof useCodeForm> }) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("mfa.code")}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      autoFocus
      {...form.field("code")}
      error={form.errors.code && t(form.errors.code)}
    />
  );
}

function Setup({
  setup,
  onConfirmed,
  onClose,
}: {
  setup: TotpSetup;
  onConfirmed: (codes: readonly string[]) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const confirm = useConfirmTotp();
  const form = useCodeForm(() => confirm.reset());
  return (
    <Form
      className="gap-4"
      onSubmit={() => void form.submit(({ code }) => confirm.mutate(code.trim(), { onSuccess: onConfirmed }))}
    >
      <QrCode text={setup.uri} label={t("mfaSettings.qr")} />
      <p className="text-sm text-muted">
        {t("mfaSettings.secret")}{" "}
        <code className="select-all font-mono text-ink wrap-anywhere">{grouped(setup.secret)}</code>
      </p>
      <CodeField form={form} />
      <SaveActions saving={confirm} label={t("mfaSettings.turnOn")} onCancel={onClose} />
    </Form>
  );
}

function Removal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useRemoveTotp();
  const form = useCodeForm(() => remove.reset());
  return (
    <Form
      className="gap-4"
      onSubmit={() => void form.submit(({ code }) => remove.mutate(code.trim(), { onSuccess: onClose }))}
    >
      <CodeField form={form} />
      <SaveActions saving={remove} label={t("mfaSettings.turnOff")} variant="danger" onCancel={onClose} />
    </Form>
  );
}

/** In groups of four characters, as people read them. */
function grouped(secret: string): string {
  return secret.replace(/.{4}(?=.)/g, "$& ");
}
