import { useId } from "react";
import type { LoginSession } from "@/api/types";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { deviceName } from "./device-name";
import { LoginNotices } from "./LoginNotices";
import { useLoginSessions, useRevokeSessions } from "./queries";

/** The logins of the account, each with its device, network address and last use, and buttons to end them. */
export function Sessions() {
  const { t } = useTranslation();
  const sessions = useLoginSessions();
  const revoke = useRevokeSessions();
  const others = sessions.data?.filter(({ current }) => !current).map(({ id }) => id) ?? [];
  return (
    <section aria-labelledby="sessions" className="border-t border-line pt-6">
      <h2 id="sessions" className="text-base font-semibold">
        {t("profile.sessions")}
      </h2>
      <p className="mb-3 text-sm text-muted">{t("profile.sessionsHint")}</p>
      {sessions.isPending && (
        <div role="status" aria-label={t("app.loading")}>
          <Skeleton className="h-16" />
        </div>
      )}
      {sessions.isError && (
        <ErrorNotice error={sessions.error}>
          <Button onClick={() => void sessions.refetch()}>{t("action.retry")}</Button>
        </ErrorNotice>
      )}
      {sessions.data && (
        <ul className="divide-y divide-line rounded-xl border border-line">
          {sessions.data.map((login) => (
            <Login
              key={login.id}
              login={login}
              busy={revoke.isPending && revoke.variables.includes(login.id)}
              onRevoke={() => revoke.mutate([login.id])}
            />
          ))}
        </ul>
      )}
      <div className="mt-3 flex flex-col items-start gap-3">
        <LoginNotices />
        <ErrorNotice error={revoke.error} />
        {others.length > 1 && (
          <Button busy={revoke.isPending} onClick={() => revoke.mutate(others)}>
            {t("profile.logOutOthers")}
          </Button>
        )}
        <p role="status" className="text-sm text-accent empty:hidden">
          {revoke.isSuccess ? t("profile.loggedOutDevices", { count: revoke.data }) : ""}
        </p>
      </div>
    </section>
  );
}

function Login({ login, busy, onRevoke }: { login: LoginSession; busy: boolean; onRevoke: () => void }) {
  const { t, language } = useTranslation();
  const details = useId();
  const device = deviceName(login.device) ?? t("profile.unknownDevice");
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <li className="flex items-center gap-3 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium wrap-anywhere">{device}</span>
          {login.current && <span className="text-xs text-accent">{t("profile.thisDevice")}</span>}
        </div>
        <div id={details} className="text-xs text-muted">
          {t("profile.lastUsed", { time: time.format(new Date(login.last_used_at)) })}
          {login.address && <span className="wrap-anywhere"> · {login.address}</span>}
        </div>
      </div>
      {!login.current && (
        <Button
          busy={busy}
          aria-label={t("profile.logOutDevice", { device })}
          // Distinguishes devices of the same name.
          aria-describedby={details}
          onClick={onRevoke}
        >
          {t("auth.logOut")}
        </Button>
      )}
    </li>
  );
}
