// Public module of the shared-page feature, which is loaded whole: it is all that a share link needs.
export { SharedPage } from "./SharedPage";
