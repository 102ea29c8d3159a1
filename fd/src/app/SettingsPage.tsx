import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Link, NavLink, Route, Routes } from "react-router";
import { lazyPart } from "@/components/lazy-part";
import { useShares } from "@/features/sharing";
import { loadTexts, useTranslation } from "@/i18n";

const GeneralPage = lazyPart(async () => (await import("@/features/settings/pages")).GeneralPage);
const ProfilePage = lazyPart(async () => (await import("@/features/profile/pages")).ProfilePage);
const DataPage = lazyPart(async () => (await import("@/features/data/pages")).DataPage);
const ModelsPage = lazyPart(async () => (await import("@/features/models/pages")).ModelsPage);
const PromptsPage = lazyPart(async () => (await import("@/features/prompts/pages")).PromptsPage);
const SharesPage = lazyPart(async () => {
  const [page] = await Promise.all([import("@/features/sharing/pages"), loadTexts("shareTexts")]);
  return page.SharesPage;
});
const ToolsPage = lazyPart(async () => (await import("@/features/tools/pages")).ToolsPage);

/** Frame of the settings pages: heading and tabs. `leaveTo`: the address that the close button leads to. */
export function SettingsPage({ navigation, leaveTo }: { navigation: ReactNode; leaveTo: string }) {
  const { t } = useTranslation();
  const shares = useShares().data;
  const tab =
    "rounded-lg px-3 py-1.5 text-sm text-muted hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:font-medium aria-[current=page]:text-ink";
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center gap-1 px-3">
        {navigation}
        <Link
          to={leaveTo}
          aria-label={t("settings.leave")}
          title={t("settings.leave")}
          className="ms-auto grid size-9 place-items-center rounded-lg text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="icon" />
        </Link>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="column max-w-2xl pb-16">
          <h1 className="mb-4 text-xl font-semibold tracking-tight">{t("settings.title")}</h1>
          <nav aria-label={t("settings.title")} className="-ms-3 mb-6 flex flex-wrap gap-1">
            <NavLink end to="/settings" className={tab}>
              {t("settings.general")}
            </NavLink>
            <NavLink to="/settings/account" className={tab}>
              {t("settings.account")}
            </NavLink>
            <NavLink to="/settings/models" className={tab}>
              {t("settings.models")}
            </NavLink>
            <NavLink to="/settings/tools" className={tab}>
              {t("tools.title")}
            </NavLink>
            <NavLink to="/settings/prompts" className={tab}>
              {t("prompts.page")}
            </NavLink>
            {(shares?.enabled || shares?.items.length) && (
              <NavLink to="/settings/shares" className={tab}>
                {t("share.page")}
              </NavLink>
            )}
            <NavLink to="/settings/data" className={tab}>
              {t("moving.tab")}
            </NavLink>
          </nav>
          <Routes>
            <Route index element={<GeneralPage />} />
            <Route path="account" element={<ProfilePage />} />
            <Route path="models" element={<ModelsPage />} />
            <Route path="tools" element={<ToolsPage />} />
            <Route path="prompts" element={<PromptsPage />} />
            <Route path="shares" element={<SharesPage />} />
            <Route path="data" element={<DataPage />} />
          </Routes>
        </div>
      </div>
    </div>
  );
}
