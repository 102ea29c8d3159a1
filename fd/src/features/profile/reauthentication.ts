// Re-authentication: calls that the backend refuses until the user has authenticated again, which a dialog requests.
import { create } from "zustand";
import { api, session } from "@/api/client";
import { toApiError } from "@/api/errors";

interface Reauthentication {
  /** Ends the request that is shown, with whether the user authenticated; null while none is. */
  answer: ((authenticated: boolean) => void) | null;
}

export const useReauthentication = create<Reauthentication>(() => ({ answer: null }));

session.onUserChange(() => useReauthentication.getState().answer?.(false));

function requestReauthentication(): Promise<boolean> {
  return new Promise((resolve) => {
    useReauthentication.getState().answer?.(false);
    useReauthentication.setState({
      answer: (authenticated) => {
        useReauthentication.setState({ answer: null });
        resolve(authenticated);
      },
    });
  });
}

/** Runs a call, again after the user has authenticated if it needs that. Rejects as the call if the user does not. */
export async function reauthenticated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (toApiError(error).code !== "reauthentication_required" || !(await requestReauthentication()))
      throw error;
    return call();
  }
}

/** Authenticates the login again, with the password or a code. Throws ApiError, such as `wrong_password`. */
export async function authenticateAgain(
  secret: { current_password: string } | { code: string },
): Promise<void> {
  await api.POST("/user/reauthenticate", { body: secret });
}

/** As `authenticateAgain`, with a passkey. */
export async function authenticateAgainWithPasskey(): Promise<void> {
  await (await import("@/api/passkeys")).authenticateAgainWithPasskey();
}
