import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/Button";
import { CopyFailure } from "@/components/CopyFailure";
import { Dialog } from "@/components/Dialog";
import { download } from "@/components/download";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { useForm } from "@/components/form";
import { lazyPart } from "@/components/lazy-part";
import { SaveActions } from "@/components/SaveActions";
import { Skeleton } from "@/components/Skeleton";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";
import { useConfirmTotp, useFactors, useRemoveTotp, useReplaceRecoveryCodes, useStartTotp } from "./factors";

const QrCode = lazyPart(async () => (await import("@/components/QrCode")).QrCode);

interface TotpSetup {
  secret: string;
  uri: string;
}

/** The account's second factors: an authenticator app, and the recovery codes that come with it. */
export function SecondFactors() {
  const { t } = useTranslation();
  const factors = useFactors();
  const start = useStartTotp();
  const replace = useReplaceRecoveryCodes();
  const [setup, setSetup] = useState<TotpSetup | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const [removing, setRemoving] = useState(false);
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
        {factors.data &&
          (factors.data.totp ? (
            <>
              <p className="text-sm">
                {t("mfaSettings.on")} {t("mfaSettings.codesLeft", { count: factors.data.recovery_codes })}
              </p>
              <div className="flex flex-wrap gap-2">
                <Button
                  busy={replace.isPending}
                  onClick={() => replace.mutate(undefined, { onSuccess: setCodes })}
                >
                  {t("mfaSettings.newCodes")}
                </Button>
                <Button className="text-danger" onClick={() => setRemoving(true)}>
                  {t("mfaSettings.turnOff")}
                </Button>
              </div>
            </>
          ) : (
            <Button busy={start.isPending} onClick={() => start.mutate(undefined, { onSuccess: setSetup })}>
              {t("mfaSettings.setUp")}
            </Button>
          ))}
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

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = codes.join("\n");
  const { copied, failed, copy } = useCopy(text);
  return (
    <div className="flex flex-col gap-4">
      <ul className="grid gap-x-6 gap-y-1 rounded-xl bg-surface px-4 py-3 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      {failed && <CopyFailure />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={copy}>{t(copied ? "action.copied" : "action.copy")}</Button>
        <Button
          onClick={() => download(new File([`${text}\n`], "chat-recovery-codes.txt", { type: "text/plain" }))}
        >
          <Download aria-hidden className="icon" />
          {t("mfaSettings.download")}
        </Button>
        <Button variant="primary" onClick={onClose}>
          {t("mfaSettings.codesSaved")}
        </Button>
      </div>
    </div>
  );
}

/** In groups of four characters, as people read them. */
function grouped(secret: string): string {
  return secret.replace(/.{4}(?=.)/g, "$& ");
}
