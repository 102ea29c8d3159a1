// Public module of the tools feature: what others may use.
export { BUILT_IN_TOOLS, isChosen, withTool } from "./choice";
export { useToolServers } from "./queries";
