// Page of the models feature, and what the operator's pages share with it, loaded when they are opened.
export { keyProblem } from "./config-form";
export { ModelsPage } from "./ModelsPage";
export { useDiscoverModels, useTestModelConfig } from "./queries";
export { refusalOf } from "./refusals";
export { hostOf, originOf } from "./servers";
