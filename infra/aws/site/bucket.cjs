'use strict';

/** The site's bucket, for share links: of the images' provider, because the functions have one object store. Empty where
 * there is none, which turns sharing off. */
module.exports.name = async ({ resolveVariable }) => {
  const site = await resolveVariable('param:site');
  const images = await resolveVariable('param:images');
  const isOfAws = images !== 'cos';
  if (site === 'new') return isOfAws ? { Ref: 'SiteBucket' } : '';
  return resolveVariable("env:SITE_BUCKET, ''");
};
