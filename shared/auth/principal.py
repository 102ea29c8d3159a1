"""The authenticated caller of a request, with a login checked in the database."""

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shared.auth.claims import Claims
from shared.db.repositories import refresh_tokens
from shared.db.types import utc_now
from shared.errors import TokenRevoked


@dataclass(frozen=True)
class Principal:
    """A user with a valid login, the family of refresh tokens `family_id`. `scope`: the permissions of the access
    token, space-separated."""

    user_id: str
    scope: str
    family_id: str


def confirm_login(session: Session | Connection, claims: Claims) -> Principal:
    """Check the login of a verified access token, in one statement. Raises TokenRevoked.

    A logout or a changed password thereby revokes access tokens immediately, before they expire.
    """
    if not refresh_tokens.is_family_alive(session, claims.user_id, claims.family_id, utc_now()):
        raise TokenRevoked
    return Principal(claims.user_id, claims.scope, claims.family_id)
