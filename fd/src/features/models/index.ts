// Public module of the models feature: what others may use.
export { ModelPicker } from "./ModelPicker";
export { useModelConfigs, useTakesImages } from "./queries";
export { SecondModelPicker } from "./SecondModelPicker";
