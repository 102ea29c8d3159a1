'use strict';

/**
 * A reference to the providers of sign-in, which contain the clients' secrets. The secret needs them only where the deploy's
 * environment has the variable, of which AWS does not use the value.
 */
module.exports.providers = async ({ resolveVariable }) => {
  const given = await resolveVariable("env:OIDC_PROVIDERS, ''");
  const stage = await resolveVariable('sls:stage');
  return given ? `{{resolve:secretsmanager:chat/${stage}:SecretString:OIDC_PROVIDERS}}` : '';
};
