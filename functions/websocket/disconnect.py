"""`$disconnect`: nobody is there any more. What runs for the connection goes on."""

import logging
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, enter
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.logging import configure_logging

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = enter(event)
    try:
        with transaction() as session:
            ws_connections.forget_connection(session, connection_id)
    except Exception:  # noqa: BLE001 - the edge; the first frame that is not taken forgets it, too
        _log.exception("unhandled error")
    return ACCEPTED
