import { useState } from "react";
import type { Identity } from "@/api/types";
import { Button } from "@/components/Button";
import { ConfirmDialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { useConnectIdentity, useIdentities, useRemoveIdentity, useSignInProviders } from "./identities";

/** The account's sign-ins with other providers. Nothing where there are neither these nor providers. */
export function SignIns() {
  const { t, language } = useTranslation();
  const providers = useSignInProviders().data ?? [];
  const identities = useIdentities();
  const connect = useConnectIdentity();
  const remove = useRemoveIdentity();
  const [removing, setRemoving] = useState<Identity | null>(null);
  const connected = identities.data ?? [];
  const others = providers.filter(({ id }) => !connected.some(({ provider_id }) => provider_id === id));
  if (identities.isPending || (providers.length === 0 && connected.length === 0 && !identities.isError))
    return null;
  const times = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return (
    <section aria-labelledby="sign-ins" className="border-t border-line pt-6">
      <h2 id="sign-ins" className="text-base font-semibold">
        {t("signIn.settingsTitle")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("signIn.settingsHint")}</p>
      <div className="flex flex-col gap-3">
        <ErrorNotice error={identities.error ?? connect.error ?? remove.error} />
        {connected.length > 0 && (
          <ul className="flex flex-col divide-y divide-line rounded-xl border border-line">
            {connected.map((identity) => (
              <li key={identity.id} className="flex items-center gap-3 px-4 py-3">
                <div className="min-w-0 flex-1 text-sm">
                  <div className="font-medium wrap-anywhere">{identity.provider}</div>
                  {identity.email && <div className="wrap-anywhere text-muted">{identity.email}</div>}
                  <div className="text-xs text-muted">
                    {t("signIn.lastUsed", { time: times.format(new Date(identity.last_used_at)) })}
                  </div>
                </div>
                <Button
                  className="text-danger"
                  aria-label={`${t("signIn.remove")}: ${identity.provider}`}
                  onClick={() => setRemoving(identity)}
                >
                  {t("signIn.remove")}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {others.length > 0 && (
          <div className="flex flex-wrap gap-2">
            {others.map(({ id, name }) => (
              <Button
                key={id}
                busy={connect.isPending && connect.variables === id}
                onClick={() => connect.mutate(id)}
              >
                {t("signIn.connect", { name })}
              </Button>
            ))}
          </div>
        )}
      </div>
      <ConfirmDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("signIn.removeTitle", { name: removing?.provider ?? "" })}
        description={t("signIn.removeHint")}
        confirmLabel={t("signIn.remove")}
        onConfirm={() => {
          if (removing) remove.mutate(removing.id);
          setRemoving(null);
        }}
      />
    </section>
  );
}
