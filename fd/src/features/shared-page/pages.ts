// Parts of the shared-page feature that are loaded when they are shown.
export { ContinueShare } from "./ContinueShare";
