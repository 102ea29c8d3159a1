// Public module of the auth feature: what others may use.
export { logOut } from "./account";
export { PasswordRulesList } from "./PasswordRulesList";
export { emailSchema, newPasswordSchema, type RuleMessage, usernameSchema } from "./rules";
export { useRuleMessage } from "./useRuleMessage";
export { useSession } from "./useSession";
