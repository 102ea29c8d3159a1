"""The authenticated caller of a request whose login was looked up in the database."""

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shared.auth.tokens import Claims, read_token
from shared.db.repositories import refresh_tokens
from shared.db.types import utc_now
from shared.errors import TokenRevoked


@dataclass(frozen=True)
class Principal:
    """A user with a live login. `scope`: the permissions of the access token, space-separated."""

    user_id: str
    scope: str


def authenticate(session: Session, access_token: str) -> Principal:
    """The caller an access token names. Raises Unauthorized, TokenExpired, TokenRevoked."""
    return confirm_login(session, read_token(access_token, "access"))


def confirm_login(session: Session | Connection, claims: Claims) -> Principal:
    """Look up the login of a verified access token, in one statement. Raises TokenRevoked.

    Logging out or changing the password thereby ends access tokens at once, not only when they expire.
    """
    if not refresh_tokens.is_family_alive(session, claims.user_id, claims.family_id, utc_now()):
        raise TokenRevoked
    return Principal(claims.user_id, claims.scope)
