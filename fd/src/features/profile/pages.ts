// Pages of the profile feature, loaded when they are opened.
export { ProfilePage } from "./ProfilePage";
