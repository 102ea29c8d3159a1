// A sign-in with a provider (OpenID Connect), which leaves the page for the provider's and comes back to `/oidc`. The tab
// keeps the request's secret meanwhile, so that a response that another browser began is refused.
import { body, publicApi } from "@/api/client";
import type { SignInStarted } from "@/api/types";
import { FallbackStorage } from "@/storage";

/** A login; or a user who is logged in connects a sign-in, or authenticates again. */
type Purpose = "login" | "link" | "reauthenticate";

export interface SignInRequest {
  purpose: Purpose;
  secret: string;
  /** The page to return to, as a path of the application. */
  next: string;
}

const KEY = "sign-in";
const tabStorage = new FallbackStorage(() => window.sessionStorage);

/** Opens the provider's page. `next`: by default the page that is open. */
export function openProvider(
  { url, secret }: SignInStarted,
  purpose: Purpose,
  next = window.location.hash.slice(1),
): void {
  const request: SignInRequest = { purpose, secret, next };
  tabStorage.setItem(KEY, JSON.stringify(request));
  window.location.assign(url);
}

/** The request of this tab, once; null without one. */
export function takeSignInRequest(): SignInRequest | null {
  const stored = tabStorage.getItem(KEY);
  tabStorage.removeItem(KEY);
  return stored === null ? null : (JSON.parse(stored) as SignInRequest);
}

/** Starts a login with a provider. `invite`: an invitation's token, for a new account. */
export async function startSignIn(provider: string, next: string, invite: string | null): Promise<void> {
  const request = { provider, ...(invite === null ? {} : { invite }) };
  openProvider(await body(publicApi.POST("/user/oidc/start", { body: request })), "login", next);
}
