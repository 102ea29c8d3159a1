// The certified OpenID provider of npm `oidc-provider` on PORT, with the client `chat`. Its own pages log in anybody: the login
// is the user's email address, verified unless it begins with "unverified".
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { PORT, REDIRECT_URI, CLIENT_SECRET } = process.env;
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  clients: [{ client_id: "chat", client_secret: CLIENT_SECRET, redirect_uris: [REDIRECT_URI] }],
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", kid: "first" }] },
  cookies: { keys: ["a-key-for-tests-only"] },
  claims: { email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: id,
      email_verified: !id.startsWith("unverified"),
      name: `Certified ${id.split("@")[0]}`,
    }),
  }),
});
provider.listen(Number(PORT), "127.0.0.1");
