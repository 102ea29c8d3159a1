// Public module of the auth feature: what others may use.
export { EmailField, NewPasswordFields, UsernameField } from "./AccountFields";
export { AuthPage } from "./AuthPage";
export { confirmationProblem, emailProblem, newPasswordProblem, usernameProblem } from "./rules";
export { SecondStepPage } from "./second-step";
export { useSession } from "./useSession";
