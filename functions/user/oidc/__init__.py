"""Sign-in with OpenID Connect: the operator's providers, and the protocol with them."""
