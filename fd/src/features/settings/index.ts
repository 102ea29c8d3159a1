// Public module of the settings feature: what others may use.
export { startTheme, usePreferences } from "./preferences";
