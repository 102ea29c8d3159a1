'use strict';

/** A reference to the search engine's API key, which the secret needs only where there is a search engine. */
module.exports.apiKey = async ({ resolveVariable }) => {
  const provider = await resolveVariable("env:SEARCH_PROVIDER, ''");
  const stage = await resolveVariable('sls:stage');
  return provider ? `{{resolve:secretsmanager:chat/${stage}:SecretString:SEARCH_API_KEY}}` : '';
};
