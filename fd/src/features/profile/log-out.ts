import { publicApi, session } from "@/api/client";
import { closeToasts } from "@/components/toasts";

/**
 * Logs out, after the deletions that toasts have postponed. The session then ends locally first: an unreachable backend
 * does not prevent that.
 */
export async function logOut(): Promise<void> {
  await closeToasts();
  try {
    await session.withRefreshToken(async (refreshToken) => {
      session.end("logged-out");
      await publicApi.POST("/user/logout", {
        headers: { Authorization: `Bearer ${refreshToken}` },
        keepalive: true,
      });
    });
  } catch {
    session.end("logged-out");
  }
}
