// Pages of the models feature, loaded when they are opened.
export { ModelsPage } from "./ModelsPage";
