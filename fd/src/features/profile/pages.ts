// Pages of the profile feature, loaded when they are opened, and what other settings pages need of it.
export { exportPages } from "./export-account";
export { ProfilePage } from "./ProfilePage";
export { ReauthenticationDialog } from "./ReauthenticationDialog";
