// Parts of the sharing feature that are loaded when they are shown.
export { ShareDialog } from "./ShareDialog";
export { SharesPage } from "./SharesPage";
