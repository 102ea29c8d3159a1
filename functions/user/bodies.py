"""Conversions between bodies and the values of the services, which several route modules need."""

from functions.user import passkeys
from functions.user.logins import TokenPair
from functions.user.oidc.messages import SignInRequest, SignInResponse
from functions.user.schemas import (
    AuthenticationCredential,
    OidcFinishBody,
    OidcStarted,
    Tokens,
)


def tokens_of(pair: TokenPair) -> Tokens:
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in,
        device_token=pair.device_token,
    )


def started(request: SignInRequest) -> OidcStarted:
    return OidcStarted(url=request.url, secret=request.secret)


def sign_in_response(body: OidcFinishBody) -> SignInResponse:
    return SignInResponse(body.code, body.state, body.iss, body.secret)


def assertion_of(credential: AuthenticationCredential) -> passkeys.Response:
    given = credential.response
    return passkeys.Response(credential.id, given.client_data, given.authenticator_data, given.signature)
