// API calls that start a session: login, registration.
import { body, publicApi, session } from "@/api/client";
import type { SecondStep } from "@/api/types";

/** The result is the second step that the account needs, or null. */
export async function logIn(credentials: { email: string; password: string }): Promise<SecondStep | null> {
  const device_token = session.deviceToken();
  const known = device_token === null ? {} : { device_token };
  const login = await body(publicApi.POST("/user/login", { body: { ...credentials, ...known } }));
  if ("mfa_required" in login) return login;
  session.accept(login);
  return null;
}

/** Completes a login with a code of the second factor. */
export async function finishLogIn(mfaToken: string, code: string): Promise<void> {
  const headers = { Authorization: `Bearer ${mfaToken}` };
  session.accept(await body(publicApi.POST("/user/login/mfa", { body: { code }, headers })));
}

/** Completes a login with a passkey. */
export async function finishLogInWithPasskey(mfaToken: string): Promise<void> {
  await (await import("@/api/passkeys")).finishLogInWithPasskey(mfaToken);
}

export async function register(account: {
  email: string;
  username: string;
  password: string;
  confirm_password: string;
  invite?: string;
}): Promise<void> {
  session.accept(await body(publicApi.POST("/user/register", { body: account })));
}
