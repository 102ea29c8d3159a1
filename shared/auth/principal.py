"""The caller of a request: a verified access token whose login still stands."""

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shared.auth.scopes import permission_limit
from shared.auth.tokens import Claims, read_token
from shared.db.repositories import refresh_tokens, users
from shared.db.types import utc_now
from shared.errors import TokenRevoked


@dataclass(frozen=True)
class Principal:
    user_id: str
    group: str
    scope: str

    def limit(self, permission: str) -> int | None:
        """How many of `permission` the caller may have: None any number, 0 none."""
        return permission_limit(self.scope, permission)


def authenticate(session: Session, access_token: str) -> Principal:
    """The caller an access token names.

    The login it belongs to is looked up, so logging out or changing the password ends access
    tokens too, not only when they expire. Raises Unauthorized, TokenExpired, TokenRevoked.
    """
    claims = read_token(access_token, "access")
    confirm_login(session, claims)
    return Principal(claims.user_id, claims.group, claims.scope)


def confirm_login(session: Session | Connection, claims: Claims) -> None:
    """See that the login of a token that was read still stands. Raises TokenRevoked."""
    if not refresh_tokens.is_family_alive(session, claims.user_id, claims.family_id, utc_now()):
        raise TokenRevoked


def authenticate_account(connection: Connection, access_token: str) -> users.Account:
    """The account of the caller an access token names, in one statement with its login.

    Raises what `authenticate` does.
    """
    claims = read_token(access_token, "access")
    account = users.find_account(connection, claims.user_id, claims.family_id, utc_now())
    if account is None:
        raise TokenRevoked
    return account
