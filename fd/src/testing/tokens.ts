// Test data: tokens in the backend's format, with signatures that the client does not verify.
import type { Tokens } from "@/api/types";

let made = 0;

/** `refresh_token` is `refresh-N`; N counts all created tokens, so that tests can distinguish them. */
export function makeTokens(userId = "user-1", expiresIn = 900): Tokens {
  made += 1;
  const claims = btoa(JSON.stringify({ sub: userId, n: made }));
  return {
    access_token: `header.${claims}.signature`,
    refresh_token: `refresh-${made}`,
    token_type: "bearer",
    expires_in: expiresIn,
    device_token: null,
  };
}
