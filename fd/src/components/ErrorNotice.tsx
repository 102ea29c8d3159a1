import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { type ApiError, toApiError } from "@/api/errors";
import { describeError, useTranslation } from "@/i18n";
import { RetryTime } from "./RetryTime";

/** An error message with the request id and the available actions. */
export function ErrorNotice({
  error,
  title,
  children,
}: {
  error: unknown;
  title?: string;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  if (!error) return null;
  const apiError = toApiError(error);
  return (
    <div role="alert" className="flex gap-2.5 rounded-lg bg-danger-soft px-3.5 py-2.5 text-sm">
      <CircleAlert aria-hidden className="icon mt-px text-danger" />
      <div className="min-w-0 flex-1">
        {title && <div className="font-medium">{title}</div>}
        <ErrorText error={apiError} />
        {isOurFault(apiError) && apiError.requestId && (
          <div className="mt-0.5 text-xs break-all text-muted">
            {t("errors.requestId")} <code className="font-mono select-all">{apiError.requestId}</code>
          </div>
        )}
        {children && <div className="mt-2 flex flex-wrap gap-2">{children}</div>}
      </div>
    </div>
  );
}

/** Whether the operator needs the request id to find the cause: not for errors that the user or a provider causes. */
function isOurFault({ status, transient }: ApiError): boolean {
  return status >= 500 && !transient;
}

/**
 * The error in the user's language; for a model's error also its server's message as a quotation, the HTTP status and
 * the time of the next possible retry.
 */
export function ErrorText({ error }: { error: ApiError }) {
  const { t } = useTranslation();
  return (
    <>
      <div>{describeError(t, error)}</div>
      {error.detail && (
        <blockquote dir="auto" className="mt-1 border-s-2 border-danger ps-2 wrap-anywhere text-muted">
          {error.detail}
        </blockquote>
      )}
      {(error.providerStatus !== null || error.retryAt !== null) && (
        <div className="mt-1 flex flex-wrap gap-x-3 text-xs text-muted">
          {error.providerStatus !== null && <span>HTTP {error.providerStatus}</span>}
          {error.retryAt !== null && <RetryTime at={error.retryAt} />}
        </div>
      )}
    </>
  );
}
