import { Ban, CircleCheck, Ellipsis, KeyRound, LogOut, Trash2, Wallet } from "lucide-react";
import { useState } from "react";
import type { AdminUser } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { ConfirmDialog, Dialog } from "@/components/Dialog";
import { ErrorNotice } from "@/components/ErrorNotice";
import { TextField } from "@/components/Field";
import { Menu, MenuItem, MenuSeparator } from "@/components/Menu";
import { currencyName, moneyFormat } from "@/components/money";
import { Skeleton } from "@/components/Skeleton";
import { showToast } from "@/components/toasts";
import { useSearchField } from "@/components/useSearchField";
import { useProfile } from "@/features/profile";
import { useTranslation } from "@/i18n";
import { BudgetForm } from "./BudgetForm";
import { GROUPS, type Group } from "./groups";
import { LinkDialog } from "./LinkDialog";
import { useCurrency, useDeleteUser, useLogOutUser, useResetLink, useUpdateUser, useUsers } from "./queries";

/** The accounts: search, group, disable, log out, delete. */
export function UsersPage() {
  const { t } = useTranslation();
  const { query, field } = useSearchField();
  const users = useUsers(query);
  return (
    <div className="flex flex-col gap-4">
      <TextField type="search" label={t("admin.search")} autoComplete="off" {...field} />
      <ErrorNotice error={users.error} />
      {users.isPending && <Skeleton className="h-40" />}
      {users.data?.length === 0 && (
        <p role="status" className="py-6 text-center text-sm text-muted">
          {t("admin.noUsers")}
        </p>
      )}
      <ul className="divide-y divide-line rounded-xl border border-line empty:hidden">
        {users.data?.map((user) => (
          <UserRow key={user.id} user={user} />
        ))}
      </ul>
      {users.hasNextPage && (
        <Button
          className="self-center"
          busy={users.isFetchingNextPage}
          onClick={() => void users.fetchNextPage()}
        >
          {t("admin.more")}
        </Button>
      )}
    </div>
  );
}

function UserRow({ user }: { user: AdminUser }) {
  const { t, language } = useTranslation();
  const isSelf = useProfile().data?.id === user.id;
  const [dialog, setDialog] = useState<"disable" | "delete" | "budget" | null>(null);
  const update = useUpdateUser();
  const logOut = useLogOutUser();
  const deletion = useDeleteUser();
  const resetLink = useResetLink();
  const { id, email, username, group } = user;
  const isDisabled = user.disabled_at !== null;
  const since = new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(user.created_at));
  const currency = useCurrency();
  const money = moneyFormat(language, currency);
  const open = (name: typeof dialog) => {
    // A dialog does not show the error of an earlier change.
    update.reset();
    deletion.reset();
    setDialog(name);
  };
  const close = () => setDialog(null);
  const closeSaved = () => {
    close();
    showToast(t("admin.budgetSaved"));
  };
  return (
    <li className="px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1 basis-52">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span dir="auto" className="font-medium wrap-anywhere">
              {username}
            </span>
            {isSelf && <span className="text-xs text-accent">{t("admin.you")}</span>}
            {isDisabled && <span className="text-xs text-danger">{t("admin.disabled")}</span>}
          </p>
          <p className="text-xs wrap-anywhere text-muted">
            {email} · {t("admin.since", { date: since })}
            {user.month_cost > 0 && ` · ${t("admin.monthCost", { cost: money.format(user.month_cost) })}`}
          </p>
        </div>
        <div className="ml-auto flex items-center gap-3">
          <select
            aria-label={t("admin.groupOf", { email })}
            value={group}
            disabled={isSelf || update.isPending}
            onChange={({ target }) => update.mutate({ id, group: target.value as Group })}
            className="h-9 rounded-lg border border-line bg-canvas px-2 text-sm disabled:opacity-60 pointer-coarse:h-11"
          >
            {GROUPS.map(([value, text]) => (
              <option key={value} value={value}>
                {t(text)}
              </option>
            ))}
          </select>
          <Menu
            align="end"
            trigger={
              <IconButton label={t("admin.actions", { email })}>
                <Ellipsis aria-hidden className="icon" />
              </IconButton>
            }
          >
            <MenuItem icon={<Wallet aria-hidden className="icon" />} onClick={() => open("budget")}>
              {t("admin.setBudget")}
            </MenuItem>
            <MenuItem icon={<KeyRound aria-hidden className="icon" />} onClick={() => resetLink.mutate(id)}>
              {t("admin.resetLink")}
            </MenuItem>
            <MenuItem
              icon={<LogOut aria-hidden className="icon" />}
              onClick={() =>
                logOut.mutate(id, {
                  onSuccess: (count) => showToast(t("profile.loggedOutDevices", { count })),
                })
              }
            >
              {t("admin.logOut")}
            </MenuItem>
            {!isSelf && (
              <>
                <MenuItem
                  icon={
                    isDisabled ? (
                      <CircleCheck aria-hidden className="icon" />
                    ) : (
                      <Ban aria-hidden className="icon" />
                    )
                  }
                  onClick={() => (isDisabled ? update.mutate({ id, disabled: false }) : open("disable"))}
                >
                  {t(isDisabled ? "admin.enable" : "admin.disable")}
                </MenuItem>
                <MenuSeparator />
                <MenuItem icon={<Trash2 aria-hidden className="icon" />} onClick={() => open("delete")}>
                  {t("admin.deleteAccount")}
                </MenuItem>
              </>
            )}
          </Menu>
        </div>
      </div>
      <ErrorNotice error={dialog === null ? (update.error ?? logOut.error ?? resetLink.error) : null} />
      <Dialog
        size="medium"
        open={dialog === "budget"}
        title={t("admin.budgetOf", { email })}
        description={`${t("admin.userBudgetIntro")} ${currency ? t("admin.amountsIn", { currency: currencyName(language, currency) }) : ""}`}
        onClose={close}
      >
        <ErrorNotice error={update.error} />
        <BudgetForm
          amounts={user.budget}
          empty={t("admin.budgetAsGroup")}
          busy={update.isPending}
          onSave={(budget) => update.mutateAsync({ id, budget }, { onSuccess: closeSaved })}
        />
      </Dialog>
      <LinkDialog
        url={resetLink.data ?? null}
        title={t("admin.resetLink")}
        hint={t("admin.resetLinkHint", { email })}
        onClose={resetLink.reset}
      />
      <ConfirmDialog
        open={dialog === "disable"}
        title={t("admin.disableTitle", { email })}
        description={t("admin.disableHint")}
        confirmLabel={t("admin.disable")}
        busy={update.isPending}
        error={update.error}
        onConfirm={() => update.mutate({ id, disabled: true }, { onSuccess: close })}
        onClose={close}
      />
      <ConfirmDialog
        open={dialog === "delete"}
        title={t("admin.deleteTitle", { email })}
        description={t("admin.deleteHint")}
        confirmLabel={t("admin.deleteAccount")}
        busy={deletion.isPending}
        error={deletion.error}
        onConfirm={() => deletion.mutate(id, { onSuccess: close })}
        onClose={close}
      />
    </li>
  );
}
