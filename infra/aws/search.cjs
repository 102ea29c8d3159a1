'use strict';

/** A reference to the search engine's API key, which the secret needs only where a search engine has one. */
module.exports.apiKey = async ({ resolveVariable }) => {
  const provider = await resolveVariable("env:SEARCH_PROVIDER, ''");
  const stage = await resolveVariable('sls:stage');
  return provider && provider !== 'searxng' ? `{{resolve:secretsmanager:chat/${stage}:SecretString:SEARCH_API_KEY}}` : '';
};
