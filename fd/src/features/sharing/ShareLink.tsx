import { Copy, CopyCheck, ExternalLink, QrCode as QrIcon, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { shareLink } from "@/api/shared-links";
import type { Share } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { CopyFailure } from "@/components/CopyFailure";
import { ConfirmDialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { CONTROL } from "@/components/Field";
import { QrCode } from "@/components/QrCode";
import { showToast } from "@/components/toasts";
import { useCopy } from "@/components/useCopy";
import { useTranslation } from "@/i18n";
import { useRevokeShare, useUpdateShare } from "./mutations";
import { shareKeyOf } from "./share-keys";

/**
 * A share link with its actions. `leafId`: the message up to which an update copies the chat; without it, all of it.
 * `canUpdate`: false where the operator has turned sharing off.
 */
export function ShareLink({
  share,
  leafId,
  canUpdate,
}: {
  share: Share;
  leafId?: string | undefined;
  canUpdate: boolean;
}) {
  const { t, language } = useTranslation();
  const key = share.sealed ? shareKeyOf(share.id) : null;
  const hasLink = !share.sealed || key !== null;
  const link = shareLink(share.id, key);
  const [showsCode, setShowsCode] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const update = useUpdateShare(leafId);
  const revocation = useRevokeShare();
  const isWhole = leafId === undefined;
  const { copied, failed, copy } = useCopy(link);
  const CopyIcon = copied ? CopyCheck : Copy;
  const dateOf = (time: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(time));
  const facts = [
    t("sharing.updatedAt", { date: dateOf(share.updated_at) }),
    share.expires_at && t("sharing.expiresAt", { date: dateOf(share.expires_at) }),
    share.sealed && t("sharing.encrypted"),
  ].filter(Boolean);
  return (
    <div className="flex flex-col gap-2">
      {hasLink ? (
        <div className="flex flex-wrap items-center gap-1">
          <input
            readOnly
            value={link}
            aria-label={t("sharing.link")}
            onFocus={({ target }) => target.select()}
            className={`${CONTROL} h-9 min-w-40 flex-1 basis-0 font-mono text-xs sm:text-xs`}
          />
          <Button variant="primary" onClick={copy}>
            <CopyIcon aria-hidden className="icon" />
            {t(copied ? "sharing.copied" : "sharing.copy")}
          </Button>
        </div>
      ) : (
        <p className="text-sm text-muted">{t("sharing.keyMissing")}</p>
      )}
      {failed && <CopyFailure />}
      <div className="flex flex-wrap items-center gap-x-1 text-xs text-muted">
        <span className="min-w-0 flex-1 basis-40">{facts.join(" · ")}</span>
        <span className="ms-auto flex gap-x-1">
          {hasLink && (
            <>
              <IconButton
                label={t("sharing.qr")}
                aria-expanded={showsCode}
                onClick={() => setShowsCode(!showsCode)}
              >
                <QrIcon aria-hidden className="icon" />
              </IconButton>
              <a
                href={link}
                target="_blank"
                rel="noopener"
                aria-label={t("sharing.open")}
                title={t("sharing.open")}
                className="grid size-8 place-items-center rounded-lg hover:bg-hover hover:text-ink"
              >
                <ExternalLink aria-hidden className="icon" />
              </a>
              {canUpdate && (
                <IconButton
                  label={t(isWhole ? "sharing.updateWhole" : "sharing.update")}
                  aria-busy={update.isPending}
                  onClick={() => {
                    if (update.isPending) return;
                    const text = t(isWhole ? "sharing.updatedWhole" : "sharing.updated");
                    update.mutate(share, { onSuccess: () => showToast(text) });
                  }}
                >
                  <RefreshCw aria-hidden className={`icon ${update.isPending ? "animate-spin" : ""}`} />
                </IconButton>
              )}
            </>
          )}
          <IconButton label={t("sharing.revoke")} onClick={() => setConfirming(true)}>
            <Trash2 aria-hidden className="icon" />
          </IconButton>
        </span>
      </div>
      <ErrorNotice error={update.error} />
      {showsCode && <QrCode text={link} label={t("sharing.qrOf")} />}
      {confirming && (
        <ConfirmDialog
          open
          title={t("sharing.revokeTitle")}
          description={t("sharing.revokeHint")}
          confirmLabel={t("sharing.revoke")}
          busy={revocation.isPending}
          error={revocation.error}
          onConfirm={() => revocation.mutate(share.id, { onSuccess: () => showToast(t("sharing.revoked")) })}
          onClose={() => setConfirming(false)}
        />
      )}
    </div>
  );
}
