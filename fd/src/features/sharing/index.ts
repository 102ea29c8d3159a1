// Public module of the sharing feature: what others may use.
export { useIsSharingOff, useShares } from "./queries";
