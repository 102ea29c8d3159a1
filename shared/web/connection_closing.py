"""Closing the WebSocket connections of logins that have ended (API Gateway)."""

import logging
from collections.abc import Sequence

from shared.config import GatewaySettings, load
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.web.gateway_client import ConnectionGone, GatewayUnavailable, close_connection_once

_log = logging.getLogger(__name__)


def close_ended_connections(user_id: str) -> None:
    """Close the user's connections whose login has ended; call it after the commit.

    Does nothing without a WebSocket gateway: a native server polls for ended logins.
    """
    if load(GatewaySettings).websocket_endpoint is None:
        return
    with transaction() as session:
        ended = ws_connections.list_ended_connections(session, user_id, utc_now())
    close_connections(ended)


def close_connections(connection_ids: Sequence[str]) -> None:
    """Close connections through the gateway.

    Best effort, without retries, because the client that logs out waits for it: a connection that stays open gets no
    events, and is refused at its next frame.
    """
    for connection_id in connection_ids:
        try:
            close_connection_once(connection_id)
        except ConnectionGone:
            continue
        except GatewayUnavailable:
            _log.warning("the WebSocket gateway is unavailable, connections stay open", exc_info=True)
            return
        except Exception:  # noqa: BLE001 - the login has ended, whether its connections can be closed or not
            _log.warning("a connection could not be closed", exc_info=True)
