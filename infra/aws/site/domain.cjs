'use strict';

// The site's origins and domain. Without SITE_DOMAIN the site is at CloudFront's own address.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html

/** Origins that may call the API, comma-separated: both addresses of the site, and those of CORS_ORIGINS. */
module.exports.origins = async ({ resolveVariable }) => {
  const own = await resolveVariable("env:SITE_DOMAIN, ''");
  const others = await resolveVariable("env:CORS_ORIGINS, ''");
  const origins = ['https://${SiteDistribution.DomainName}', own && `https://${own}`, others].filter(Boolean);
  return { 'Fn::Sub': origins.join(',') };
};

module.exports.url = async ({ resolveVariable }) => {
  const own = await resolveVariable("env:SITE_DOMAIN, ''");
  return own ? `https://${own}` : { 'Fn::Sub': 'https://${SiteDistribution.DomainName}' };
};

module.exports.aliases = async ({ resolveVariable }) => [await resolveVariable("env:SITE_DOMAIN, ''")].filter(Boolean);

module.exports.certificate = async ({ resolveVariable }) => {
  if (!(await resolveVariable("env:SITE_DOMAIN, ''"))) return { CloudFrontDefaultCertificate: true };
  return {
    // CloudFront reads certificates of us-east-1 only.
    AcmCertificateArn: await resolveVariable('env:SITE_CERTIFICATE_ARN'),
    SslSupportMethod: 'sni-only',
    MinimumProtocolVersion: 'TLSv1.2_2021',
  };
};
