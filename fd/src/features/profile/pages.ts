// Pages of the profile feature, loaded when they are opened, and what other settings pages need of it.
export { ProfilePage } from "./ProfilePage";
export { ReauthenticationDialog } from "./ReauthenticationDialog";
export { reauthenticated } from "./reauthentication";
