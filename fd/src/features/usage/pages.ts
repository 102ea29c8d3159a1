// Settings page of the usage feature, loaded when it is opened.
export { UsagePage } from "./UsagePage";
