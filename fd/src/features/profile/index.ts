// Public module of the profile feature: what others may use.
export { useProfile } from "./queries";
