// Pages of the recovery feature, loaded when they are opened.
export { ForgotPasswordPage, ResetPasswordPage, VerifyEmailPage } from "./RecoveryPages";
