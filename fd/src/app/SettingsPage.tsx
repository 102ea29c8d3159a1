import type { ReactNode } from "react";
import { Route, Routes } from "react-router";
import { lazyPart } from "@/components/lazy-part";
import { useProfile } from "@/features/profile";
import { useShares } from "@/features/sharing";
import { loadTexts, useTranslation } from "@/i18n";
import { NotFound } from "./NotFound";
import { TabbedPage } from "./TabbedPage";

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
const UsagePage = lazyPart(async () => (await import("@/features/usage/pages")).UsagePage);

/** The settings pages. `leaveTo`: the address that the close button leads to. */
export function SettingsPage({ navigation, leaveTo }: { navigation: ReactNode; leaveTo: string }) {
  const { t } = useTranslation();
  const shares = useShares().data;
  const isAdmin = useProfile().data?.group === "admin";
  const tabs = [
    { to: "/settings", label: t("settings.general"), end: true },
    { to: "/settings/account", label: t("settings.account") },
    { to: "/settings/models", label: t("settings.models") },
    { to: "/settings/tools", label: t("tools.title") },
    { to: "/settings/prompts", label: t("prompts.page") },
    ...(shares?.enabled || shares?.items.length ? [{ to: "/settings/shares", label: t("share.page") }] : []),
    { to: "/settings/data", label: t("moving.tab") },
    { to: "/settings/usage", label: t("usage.title") },
    ...(isAdmin ? [{ to: "/admin", label: t("admin.title") }] : []),
  ];
  return (
    <TabbedPage
      navigation={navigation}
      leaveTo={leaveTo}
      leaveLabel={t("settings.leave")}
      title={t("settings.title")}
      tabs={tabs}
    >
      <Routes>
        <Route index element={<GeneralPage />} />
        <Route path="account" element={<ProfilePage />} />
        <Route path="models" element={<ModelsPage />} />
        <Route path="tools" element={<ToolsPage />} />
        <Route path="prompts" element={<PromptsPage />} />
        <Route path="shares" element={<SharesPage />} />
        <Route path="data" element={<DataPage />} />
        <Route path="usage" element={<UsagePage />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </TabbedPage>
  );
}
