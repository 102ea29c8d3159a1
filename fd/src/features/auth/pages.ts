// Pages of the auth feature, loaded when they are opened.
export { LoginPage } from "./LoginPage";
export { RegisterPage } from "./RegisterPage";
