'use strict';

/** A reference to the SMTP server's URL, which the secret needs only where mail is sent. */
module.exports.smtpUrl = async ({ resolveVariable }) => {
  const from = await resolveVariable("env:MAIL_FROM, ''");
  const stage = await resolveVariable('sls:stage');
  return from ? `{{resolve:secretsmanager:chat/${stage}:SecretString:SMTP_URL}}` : '';
};
