'use strict';

// Reserved concurrency: instances that only this function can use, and at most, so that streams, which occupy an instance
// for as long as they last, cannot starve logins and lists. Lambda leaves at least 100 unreserved, so an account whose
// quota is below 300 deploys with RESERVED_CONCURRENCY=none.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html

/** Enough for a million turns a day (tests/bench/scale.py); the streaming functions share what is left. */
const JSON_FUNCTIONS = {
  User: 30,
  ModelUnderscoreconfig: 15,
  Project: 7,
  Tool: 10,
  File: 10,
  Share: 5,
  Admin: 3,
  Conversation: 45,
  Chat: 35,
  Connect: 15,
  Disconnect: 10,
  Message: 15,
};

module.exports = async ({ resolveVariable }) => {
  const choice = await resolveVariable('param:reservedConcurrency');
  if (choice === 'none') return {};
  if (choice !== 'json') throw new Error('RESERVED_CONCURRENCY must be json or none');
  return {
    extensions: Object.fromEntries(
      Object.entries(JSON_FUNCTIONS).map(([name, instances]) => [
        `${name}LambdaFunction`,
        { Properties: { ReservedConcurrentExecutions: instances } },
      ]),
    ),
  };
};
