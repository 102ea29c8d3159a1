"""The two messages of a sign-in by way of the browser, and its result. Loads no HTTP client."""

from typing import NamedTuple

from functions.user.oidc.settings import OidcProvider


class SignInRequest(NamedTuple):
    """`url`: for the browser to open. `secret`: for the browser to keep, and to send with the response."""

    url: str
    secret: str


class SignInResponse(NamedTuple):
    """The parameters with which the provider sends the browser back, and the browser's secret."""

    code: str
    state: str
    iss: str | None
    secret: str


class Verified(NamedTuple):
    """A verified user of a provider. `email` is normalized; None where there is none. `username`: for a new account.
    `invite`: of the request."""

    provider: OidcProvider
    subject: str
    email: str | None
    email_verified: bool
    username: str
    invite: str | None
