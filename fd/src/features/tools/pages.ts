// Settings page of the tools feature, loaded when it is opened.
export { ToolsPage } from "./ToolsPage";
