// Parts of the prompts feature that are loaded when they are shown.
export { PromptMenu, type PromptMenuHandle } from "./PromptMenu";
export { PromptsPage } from "./PromptsPage";
