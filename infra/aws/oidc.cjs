'use strict';

/** A reference to the providers of sign-in, which have the clients' secrets, and which the secret needs only with `SIGN_IN=oidc`. */
module.exports.providers = async ({ resolveVariable }) => {
  const signIn = await resolveVariable("env:SIGN_IN, ''");
  const stage = await resolveVariable('sls:stage');
  return signIn === 'oidc' ? `{{resolve:secretsmanager:chat/${stage}:SecretString:OIDC_PROVIDERS}}` : '';
};
