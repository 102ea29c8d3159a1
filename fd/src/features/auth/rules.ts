// The account rules of the backend, so that a form can tell before it sends. The backend decides.
import * as z from "zod/mini";

const MIN_PASSWORD_BYTES = 8;
/** bcrypt reads no further. */
const MAX_PASSWORD_BYTES = 72;

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

export function isStrongPassword(password: string): boolean {
  return Object.values(checkPassword(password)).every(Boolean);
}

// The messages are keys of the texts, translated where they are shown.
export const emailSchema = z.string().check(z.trim(), z.email({ error: "auth.invalidEmail" }));
export const usernameSchema = z
  .string()
  .check(
    z.trim(),
    z.minLength(1, { error: "auth.invalidUsername" }),
    z.maxLength(64, { error: "auth.invalidUsername" }),
  );
export const newPasswordSchema = z.string().check(z.refine(isStrongPassword, { error: "auth.weakPassword" }));

/** The keys that the schemas above give as messages. */
export type RuleMessage =
  | "auth.invalidEmail"
  | "auth.invalidUsername"
  | "auth.weakPassword"
  | "auth.requiredPassword"
  | "auth.passwordMismatch";
