"""WebSocket handshake, for both gateways: access token, limit of connections, and the connection's row."""

from functions.websocket.settings import ConnectionSettings
from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.auth.tokens import read_token
from shared.config import load
from shared.db.models import WsConnection
from shared.db.repositories import users, ws_connections
from shared.db.session import transaction
from shared.errors import RateLimited, Unauthorized

_RETRY_SECONDS = 60


def accept_connection(connection_id: str, authorization: str | None, query_token: str | None) -> Claims:
    """Authenticate a handshake and store the connection; returns the token's claims.

    `authorization`: the header. `query_token`: the parameter `token`, for browsers, which cannot set headers here.
    Raises Unauthorized, TokenExpired, TokenRevoked, RateLimited.
    """
    login = read_token(_access_token(authorization, query_token), "access")
    with transaction() as session:
        # Handshakes of one user take turns, so that the limit holds, and none is accepted between the end of its login
        # and the closing of that login's connections.
        users.lock_user(session, login.user_id)
        confirm_login(session, login)
        if ws_connections.count_connections(session, login.user_id) >= load(ConnectionSettings).connections_per_user:
            raise RateLimited(_RETRY_SECONDS)
        ws_connections.add_connection(
            session, WsConnection(id=connection_id, user_id=login.user_id, family_id=login.family_id)
        )
    return login


def _access_token(authorization: str | None, query_token: str | None) -> str:
    """The header's bearer token, or else the parameter. Raises Unauthorized."""
    scheme, _, token = (authorization or "").partition(" ")
    token = token if scheme.lower() == "bearer" and token else query_token or ""
    if not token:
        raise Unauthorized
    return token
