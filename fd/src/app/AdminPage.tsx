import type { ReactNode } from "react";
import { Route, Routes } from "react-router";
import { lazyPart } from "@/components/lazy-part";
import { Skeleton } from "@/components/Skeleton";
import { useProfile } from "@/features/profile";
import { useTranslation } from "@/i18n";
import { NotFound } from "./NotFound";
import { TabbedPage } from "./TabbedPage";

const UsersPage = lazyPart(async () => (await import("@/features/admin/pages")).UsersPage);
const AuditPage = lazyPart(async () => (await import("@/features/admin/pages")).AuditPage);

const UsageOfAllPage = lazyPart(async () => (await import("@/features/admin/pages")).UsageOfAllPage);
const BudgetsPage = lazyPart(async () => (await import("@/features/admin/pages")).BudgetsPage);
const InvitesPage = lazyPart(async () => (await import("@/features/admin/pages")).InvitesPage);
const OffersPage = lazyPart(async () => (await import("@/features/admin/pages")).OffersPage);
const ToolServersPage = lazyPart(async () => (await import("@/features/admin/pages")).ToolServersPage);
const SettingsPage = lazyPart(async () => (await import("@/features/admin/pages")).SettingsPage);
const StatusPage = lazyPart(async () => (await import("@/features/admin/pages")).StatusPage);

/** The operator's pages, for administrators. `leaveTo`: the address that the close button leads to. */
export function AdminPage({ navigation, leaveTo }: { navigation: ReactNode; leaveTo: string }) {
  const { t } = useTranslation();
  const profile = useProfile();
  if (profile.isPending) return <Skeleton className="m-6 h-24" />;
  if (profile.data?.group !== "admin") return <NotFound />;
  return (
    <TabbedPage
      wide
      navigation={navigation}
      leaveTo={leaveTo}
      leaveLabel={t("admin.leave")}
      title={t("admin.title")}
      tabs={[
        { to: "/admin", label: t("admin.users"), end: true },
        { to: "/admin/invites", label: t("admin.invites") },
        { to: "/admin/models", label: t("admin.models") },
        { to: "/admin/tools", label: t("tools.title") },
        { to: "/admin/budgets", label: t("admin.budgets") },
        { to: "/admin/settings", label: t("admin.settings") },
        { to: "/admin/usage", label: t("usage.title") },
        { to: "/admin/status", label: t("admin.status") },
        { to: "/admin/audit", label: t("admin.audit") },
      ]}
    >
      <Routes>
        <Route index element={<UsersPage />} />
        <Route path="invites" element={<InvitesPage />} />
        <Route path="models" element={<OffersPage />} />
        <Route path="tools" element={<ToolServersPage />} />
        <Route path="budgets" element={<BudgetsPage />} />
        <Route path="settings" element={<SettingsPage />} />
        <Route path="usage" element={<UsageOfAllPage />} />
        <Route path="status" element={<StatusPage />} />
        <Route path="audit" element={<AuditPage />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </TabbedPage>
  );
}
