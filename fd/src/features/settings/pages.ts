// Pages of the settings feature, loaded when they are opened, and what other settings pages need of it.
export { GeneralPage } from "./GeneralPage";
export { useSaveUserSettings, useUserSettings } from "./queries";
