// Re-authentication: calls that the backend refuses until the user has authenticated again, which a dialog requests.
import { create } from "zustand";
import { body, publicApi, session } from "@/api/client";
import { toApiError } from "@/api/errors";

interface Reauthentication {
  /** Ends the request that is shown, with whether the user authenticated; null while none is. */
  answer: ((authenticated: boolean) => void) | null;
}

export const useReauthentication = create<Reauthentication>(() => ({ answer: null }));

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

/** Authenticates the login again. Throws ApiError, such as `wrong_password`. */
export async function authenticateAgain(current_password: string): Promise<void> {
  // A wrong password is answered with 401, after which an authorized call would be repeated with another token.
  const headers = { Authorization: `Bearer ${await session.accessToken()}` };
  await body(publicApi.POST("/user/reauthenticate", { body: { current_password }, headers }));
}
