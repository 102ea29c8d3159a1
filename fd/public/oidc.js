// The return address of a sign-in provider (OpenID Connect), which may have no fragment: passes the parameters on to the
// application.
location.replace(`./#/oidc${location.search}`);
