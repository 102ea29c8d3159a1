// Tokens as the backend makes them, with signatures that nobody checks here.
import type { Tokens } from "@/api/types";

let made = 0;

/** `refresh_token` is `refresh-N`, N counting all tokens made, so that tests can tell them apart. */
export function makeTokens(userId = "user-1", expiresIn = 900): Tokens {
  made += 1;
  const claims = btoa(JSON.stringify({ sub: userId, n: made }));
  return {
    access_token: `header.${claims}.signature`,
    refresh_token: `refresh-${made}`,
    token_type: "bearer",
    expires_in: expiresIn,
  };
}
