// Pages of the data feature, loaded when they are opened.
export { DataPage } from "./DataPage";
