// Public module of the tools feature: what others may use.
export { useToolServers } from "./queries";
