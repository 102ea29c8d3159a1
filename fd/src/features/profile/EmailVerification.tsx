import { CircleCheck } from "lucide-react";
import type { Profile } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { useAccountOptionsQuery, useRequestVerification } from "./queries";

/** Whether the email address is verified, and a button to request a mail. Nothing where the server sends none. */
export function EmailVerification({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const options = useAccountOptionsQuery();
  const request = useRequestVerification();
  if (!options.data?.mail) return null;
  if (profile.email_verified)
    return (
      <p className="flex items-center gap-1.5 text-sm text-muted">
        <CircleCheck aria-hidden className="icon text-accent" />
        {t("profile.emailVerified")}
      </p>
    );
  return (
    <div className="flex flex-col items-start gap-2 rounded-lg bg-surface px-3.5 py-2.5 text-sm">
      <p>{t("profile.emailUnverified")}</p>
      <ErrorNotice error={request.error} />
      {!request.isSuccess && (
        <Button busy={request.isPending} onClick={() => request.mutate()}>
          {t("profile.sendVerification")}
        </Button>
      )}
      <p role="status" className="text-accent empty:hidden">
        {request.isSuccess ? t("profile.verificationSent", { email: profile.email }) : ""}
      </p>
    </div>
  );
}
