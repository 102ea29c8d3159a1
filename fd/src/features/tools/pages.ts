// Settings page of the tools feature, and its form for the operator's page, loaded when they are opened.
export { ToolServerForm } from "./ToolServerForm";
export { ToolsPage } from "./ToolsPage";
