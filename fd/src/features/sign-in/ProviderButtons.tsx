import { useState } from "react";
import { useSearchParams } from "react-router";
import { type ApiError, toApiError } from "@/api/errors";
import type { SignInProvider } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { startSignIn } from "./request";

/** The providers to sign in with, below the form of the log-in pages. */
export function ProviderButtons({ providers }: { providers: readonly SignInProvider[] }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const [starting, setStarting] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const start = async (provider: string) => {
    setError(null);
    setStarting(provider);
    try {
      await startSignIn(provider, parameters.get("next") ?? "/", parameters.get("invite"));
    } catch (caught) {
      setError(toApiError(caught));
      setStarting(null);
    }
  };
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-6">
      <ErrorNotice error={error} />
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          className="h-10"
          busy={starting === id}
          disabled={starting !== null}
          onClick={() => void start(id)}
        >
          {t("auth.continueWith", { name })}
        </Button>
      ))}
    </div>
  );
}
