// Ceremonies of WebAuthn: the browser creates passkeys and signs with them, between two calls of the API. Loaded when a
// passkey is used.
import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { api, body, publicApi, session } from "./client";
import { ApiError } from "./errors";
import type { AddedPasskey } from "./types";

type CreationOptions = Parameters<typeof startRegistration>[0]["optionsJSON"];
type RequestOptions = Parameters<typeof startAuthentication>[0]["optionsJSON"];

/** Throws ApiError, with the code `passkey_unused` if the user or the browser ended the ceremony. */
export async function logInWithPasskey(): Promise<void> {
  const { options } = await body(publicApi.POST("/user/passkey/login/start"));
  const credential = await sign(options);
  const device_token = session.deviceToken();
  const known = device_token === null ? {} : { device_token };
  session.accept(
    await body(publicApi.POST("/user/passkey/login/finish", { body: { credential, ...known } })),
  );
}

/** Completes a login. Throws as `logInWithPasskey`. */
export async function finishLogInWithPasskey(mfaToken: string): Promise<void> {
  const headers = { Authorization: `Bearer ${mfaToken}` };
  const { options } = await body(publicApi.POST("/user/login/mfa/passkey/start", { headers }));
  const credential = await sign(options);
  session.accept(
    await body(publicApi.POST("/user/login/mfa/passkey/finish", { body: { credential }, headers })),
  );
}

/** Authenticates the login again. Throws as `logInWithPasskey`. */
export async function authenticateAgainWithPasskey(): Promise<void> {
  const { options } = await body(api.POST("/user/reauthenticate/passkey/start"));
  const credential = await sign(options);
  await api.POST("/user/reauthenticate/passkey/finish", { body: { credential } });
}

/** Throws as `logInWithPasskey`, also with the code `passkey_exists`. */
export async function addPasskey(name: string): Promise<AddedPasskey> {
  const { options } = await body(api.POST("/user/passkey/start"));
  const credential = await ceremony(() =>
    startRegistration({ optionsJSON: options as unknown as CreationOptions }),
  );
  return body(api.POST("/user/passkey/finish", { body: { name, credential } }));
}

function sign(options: object) {
  return ceremony(() => startAuthentication({ optionsJSON: options as RequestOptions }));
}

async function ceremony<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    // The authenticator has a passkey of the account already (https://www.w3.org/TR/webauthn-3/#sctn-op-make-cred).
    const exists = cause instanceof Error && cause.name === "InvalidStateError";
    throw new ApiError({ status: 409, code: exists ? "passkey_exists" : "passkey_unused", cause });
  }
}
