import { useState } from "react";
import { Button } from "@/components/Button";
import { ErrorNotice } from "@/components/ErrorNotice";
import { SelectField, TextField } from "@/components/Field";
import { Form } from "@/components/Form";
import { Skeleton } from "@/components/Skeleton";
import { useTranslation } from "@/i18n";
import { GROUPS, type Group } from "./groups";
import { LinkDialog } from "./LinkDialog";
import { useCreateInvite, useInvites, useRevokeInvites } from "./queries";

/** Invitations to register: create, copy the link, list, revoke. */
export function InvitesPage() {
  const { t, language } = useTranslation();
  const invites = useInvites();
  const create = useCreateInvite();
  const revoke = useRevokeInvites();
  const [email, setEmail] = useState("");
  const [group, setGroup] = useState<Group>("free");
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("admin.invitesIntro")}</p>
      <Form
        onSubmit={() =>
          create.mutate({ email: email.trim() || null, group }, { onSuccess: () => setEmail("") })
        }
      >
        <div className="flex flex-wrap items-end gap-3">
          <div className="min-w-52 flex-1">
            <TextField
              type="email"
              label={t("admin.inviteEmail")}
              autoComplete="off"
              value={email}
              onChange={({ target }) => setEmail(target.value)}
            />
          </div>
          <div className="min-w-32">
            <SelectField
              label={t("admin.field_group")}
              value={group}
              onChange={({ target }) => setGroup(target.value as Group)}
            >
              {GROUPS.map(([value, text]) => (
                <option key={value} value={value}>
                  {t(text)}
                </option>
              ))}
            </SelectField>
          </div>
          <Button type="submit" variant="primary" className="h-10" busy={create.isPending}>
            {t("admin.createInvite")}
          </Button>
        </div>
      </Form>
      <ErrorNotice error={create.error ?? revoke.error ?? invites.error} />
      {invites.isPending && <Skeleton className="h-40" />}
      {invites.data?.length === 0 && (
        <p className="py-6 text-center text-sm text-muted">{t("admin.noInvites")}</p>
      )}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {invites.data?.map((invite) => {
          const name = invite.email ?? t("admin.anyone");
          const groupName = GROUPS.find(([value]) => value === invite.group)?.[1];
          const date = time.format(new Date(invite.expires_at));
          return (
            <li key={invite.id} className="flex items-center gap-3 px-4 py-3 text-sm">
              <div className="min-w-0 flex-1">
                <p className="font-medium wrap-anywhere">{name}</p>
                <p className="text-xs text-muted">
                  {groupName && t(groupName)} ·{" "}
                  {invite.used_at === null ? t("admin.inviteExpires", { date }) : t("admin.inviteUsed")}
                </p>
              </div>
              {invite.used_at === null && (
                <Button
                  aria-label={t("admin.revokeInviteOf", { name })}
                  busy={revoke.isPending && revoke.variables.includes(invite.id)}
                  onClick={() => revoke.mutate([invite.id])}
                >
                  {t("admin.revokeInvite")}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <LinkDialog
        url={create.data?.url ?? null}
        title={t("admin.inviteLink")}
        hint={t("admin.inviteLinkHint")}
        onClose={create.reset}
      />
    </div>
  );
}
