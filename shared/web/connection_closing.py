"""Closing the WebSocket connections of logins that have ended (API Gateway)."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from shared.config import GatewaySettings, load
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.web.gateway_client import ConnectionGone, close_connection

_log = logging.getLogger(__name__)

# The client that logs out waits for it.
_CLOSING_SECONDS = 5


def close_ended_connections(user_id: str) -> None:
    """Close the user's connections whose login has ended; call it after the commit.

    Does nothing without a WebSocket gateway: a native server polls for ended logins.
    """
    if load(GatewaySettings).websocket_endpoint is None:
        return
    with transaction() as session:
        ended = ws_connections.list_ended_connections(session, user_id, utc_now())
    if ended:
        close_connections(ended)


def close_connections(connection_ids: Sequence[str]) -> None:
    """Close connections through the gateway, within `_CLOSING_SECONDS`.

    Best effort: a connection that stays open because the gateway fails is refused at its next frame.
    """
    try:
        # In a thread of its own: under Lambda's Python runtime a route runs in the thread of an event loop.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_run_closing, connection_ids).result()
    except asyncio.TimeoutError:
        _log.warning("connections could not be closed in time")


def _run_closing(connection_ids: Sequence[str]) -> None:
    asyncio.run(asyncio.wait_for(_close_all(connection_ids), _CLOSING_SECONDS))


async def _close_all(connection_ids: Sequence[str]) -> None:
    closing = (close_connection(connection_id) for connection_id in connection_ids)
    for outcome in await asyncio.gather(*closing, return_exceptions=True):
        if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionGone):
            _log.warning("a connection could not be closed", exc_info=outcome)
