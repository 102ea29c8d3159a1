import { ErrorNotice } from "@/components/ErrorNotice";
import { useTranslation } from "@/i18n";
import { useAccountOptions, useChangeLoginNotices, useLoginNotices } from "./queries";

/** The choice whether a login on a new device is reported by mail. Nothing where the server sends none. */
export function LoginNotices() {
  const { t } = useTranslation();
  const options = useAccountOptions();
  const notices = useLoginNotices();
  const change = useChangeLoginNotices();
  if (!options.data?.mail || notices.data === undefined) return null;
  const isOn = change.isPending ? change.variables : notices.data;
  return (
    <div className="flex flex-col gap-2">
      <label className="flex w-fit cursor-pointer items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ target }) => change.mutate(target.checked)}
          className="size-4 accent-accent"
        />
        {t("profile.loginNotices")}
      </label>
      <ErrorNotice error={change.error} />
    </div>
  );
}
