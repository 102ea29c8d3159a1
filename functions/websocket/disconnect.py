"""Lambda handler of `$disconnect`: deletes the connection. Its turns keep running."""

import logging
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, set_request_context
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.logging import configure_logging

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = set_request_context(event)
    try:
        with transaction() as session:
            ws_connections.delete_connection(session, connection_id)
    except Exception:  # noqa: BLE001 - the edge; the next frame that cannot be delivered deletes it, too
        _log.exception("unhandled error")
    return ACCEPTED
