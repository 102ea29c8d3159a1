// Settings page of the tools feature, and its parts for the operator's page, loaded when they are opened.
export { ServerTestOutcome } from "./ServerTestOutcome";
export { ToolServerForm } from "./ToolServerForm";
export { ToolsPage } from "./ToolsPage";
