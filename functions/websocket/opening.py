"""Opening a connection: whose it is, and whether there may be one more. The same behind both gateways."""

from functions.websocket.settings import ConnectionSettings
from shared.auth.principal import authenticate
from shared.config import load
from shared.db.models import WsConnection
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.errors import RateLimited

_RETRY_SECONDS = 60


def open_connection(connection_id: str, access_token: str) -> str:
    """Note a connection; the id of the user whose it is. Raises what `authenticate` does, and RateLimited."""
    with transaction() as session:
        caller = authenticate(session, access_token)
        if ws_connections.count_connections(session, caller.user_id) >= load(ConnectionSettings).connections_per_user:
            raise RateLimited(_RETRY_SECONDS)
        ws_connections.add_connection(session, WsConnection(id=connection_id, user_id=caller.user_id))
        return caller.user_id
