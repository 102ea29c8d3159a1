// The calls that begin and end a session.
import { body, publicApi, session } from "@/api/client";

export async function logIn(credentials: { email: string; password: string }): Promise<void> {
  session.accept(await body(publicApi.POST("/user/login", { body: credentials })));
}

export async function register(account: {
  email: string;
  username: string;
  password: string;
  confirm_password: string;
}): Promise<void> {
  session.accept(await body(publicApi.POST("/user/register", { body: account })));
}

/** Logs out here at once; the backend is told after that, and a failure to reach it keeps nobody logged in. */
export async function logOut(): Promise<void> {
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
