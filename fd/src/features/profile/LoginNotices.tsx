import { ErrorNotice } from "@/components/ErrorNotice";
import { useSaveUserSettings, useUserSettings } from "@/features/settings/pages";
import { useTranslation } from "@/i18n";
import { useAccountOptionsQuery } from "./queries";

/** The choice whether a login on a new device is reported by mail. Nothing where the server sends none. */
export function LoginNotices() {
  const { t } = useTranslation();
  const options = useAccountOptionsQuery();
  const settings = useUserSettings().data;
  const change = useSaveUserSettings();
  if (!options.data?.mail || settings === undefined) return null;
  const { login_notices } = change.isPending ? change.variables : settings;
  return (
    <div className="flex flex-col gap-2">
      <label className="flex w-fit cursor-pointer items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={login_notices ?? true}
          onChange={({ target }) => change.mutate({ login_notices: target.checked })}
          className="size-4 accent-accent"
        />
        {t("profile.loginNotices")}
      </label>
      <ErrorNotice error={change.error} />
    </div>
  );
}
