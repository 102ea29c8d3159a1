// Public module of the profile feature: what others may use.
export { logOut } from "./log-out";
export { useProfile } from "./queries";
