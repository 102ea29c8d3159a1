// Pages of the settings feature, loaded when they are opened.
export { GeneralPage } from "./GeneralPage";
