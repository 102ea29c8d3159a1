// Public module of the auth feature: what others may use.
export { logOut } from "./account";
export { PasswordRulesList } from "./PasswordRulesList";
export { confirmationProblem, emailProblem, newPasswordProblem, usernameProblem } from "./rules";
export { useSession } from "./useSession";
