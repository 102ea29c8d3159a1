// Client-side validation of account fields, with the backend's rules. The backend validates again.
import type { TextKey } from "@/i18n";

const MIN_PASSWORD_BYTES = 8;
/** bcrypt ignores further bytes. */
const MAX_PASSWORD_BYTES = 72;
const MAX_USERNAME_LENGTH = 64;

export interface PasswordRules {
  length: boolean;
  letter: boolean;
  digit: boolean;
}

export function checkPassword(password: string): PasswordRules {
  const bytes = new TextEncoder().encode(password).length;
  return {
    length: bytes >= MIN_PASSWORD_BYTES && bytes <= MAX_PASSWORD_BYTES,
    letter: /\p{L}/u.test(password),
    digit: /\p{Nd}/u.test(password),
  };
}

// Each function returns the key of the error text, or undefined.

export function emailProblem(email: string): TextKey | undefined {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email.trim()) ? undefined : "auth.invalidEmail";
}

export function usernameProblem(username: string): TextKey | undefined {
  const { length } = [...username.trim()];
  return length >= 1 && length <= MAX_USERNAME_LENGTH ? undefined : "auth.invalidUsername";
}

export function newPasswordProblem(password: string): TextKey | undefined {
  return Object.values(checkPassword(password)).every(Boolean) ? undefined : "auth.weakPassword";
}

export function confirmationProblem(password: string, confirmation: string): TextKey | undefined {
  return password === confirmation ? undefined : "auth.passwordMismatch";
}
