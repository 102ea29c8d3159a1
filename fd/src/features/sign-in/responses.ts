// API calls with a provider's response.
import { api, body, publicApi, session } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { LinkRequired, SecondStep } from "@/api/types";
import type { SignInRequest } from "./request";

/** `done`: the session has begun, or the account has changed. */
export type Outcome = "done" | SecondStep | LinkRequired;

/**
 * Finishes a request with the provider's response, the parameters of the page's address. Throws ApiError: `oidc_expired`
 * without a request, `oidc_denied` when the user or the provider has refused.
 */
export async function finishRequest(
  request: SignInRequest | null,
  parameters: URLSearchParams,
): Promise<Outcome> {
  const code = parameters.get("code");
  const state = parameters.get("state");
  if (request === null || state === null) throw refusal("oidc_expired");
  if (code === null) throw refusal("oidc_denied");
  const iss = parameters.get("iss");
  const response = { code, state, secret: request.secret, ...(iss === null ? {} : { iss }) };
  if (request.purpose === "link") {
    await api.POST("/user/identity/finish", { body: response });
    return "done";
  }
  if (request.purpose === "reauthenticate") {
    await api.POST("/user/reauthenticate/oidc/finish", { body: response });
    return "done";
  }
  const opened = await body(publicApi.POST("/user/oidc/finish", { body: { ...response, ...knownDevice() } }));
  if ("mfa_required" in opened || "link_required" in opened) return opened;
  session.accept(opened);
  return "done";
}

/** Connects a sign-in with the account's password. The result is the second step that the account needs, or null. */
export async function confirmLink(linkToken: string, password: string): Promise<SecondStep | null> {
  const headers = { Authorization: `Bearer ${linkToken}` };
  const opened = await body(
    publicApi.POST("/user/oidc/link", { body: { password, ...knownDevice() }, headers }),
  );
  if ("mfa_required" in opened) return opened;
  session.accept(opened);
  return null;
}

function knownDevice(): { device_token?: string } {
  const device_token = session.deviceToken();
  return device_token === null ? {} : { device_token };
}

function refusal(code: string): ApiError {
  return new ApiError({ code, message: "", status: 401 });
}
