'use strict';

/** The base path of the API's domain with its slash, `/v1`, or nothing: the adapter of chat_stream removes this prefix. */
module.exports = async ({ resolveVariable }) => {
  const path = await resolveVariable("env:API_BASE_PATH, ''");
  if (!/^[\w-]*$/.test(path)) throw new Error('API_BASE_PATH must be one segment of a path, without slashes');
  return path && `/${path}`;
};
