// Public module of the settings feature: what others may use.
export { newChatModel, startTheme, storeModelChoice, usePreferences } from "./preferences";
