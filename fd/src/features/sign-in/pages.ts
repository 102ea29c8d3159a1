// Pages of the sign-in feature, loaded when they are opened.
export { SignInReturnPage } from "./SignInReturnPage";
