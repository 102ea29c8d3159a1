// Public module of the sign-in feature: what others may use.
export { Providers } from "./Providers";
export { openProvider } from "./request";
