// The operator's pages, loaded when they are opened.
export { AuditPage } from "./AuditPage";
export { BudgetsPage } from "./BudgetsPage";
export { InvitesPage } from "./InvitesPage";
export { OffersPage } from "./OffersPage";
export { SettingsPage } from "./SettingsPage";
export { StatusPage } from "./StatusPage";
export { ToolServersPage } from "./ToolServersPage";
export { UsageOfAllPage } from "./UsageOfAllPage";
export { UsersPage } from "./UsersPage";
