"""Lambda handler of `$connect`: authenticates the handshake and stores the connection."""

import logging
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, handshake_refusal, set_request_context
from functions.websocket.handshake import accept_connection
from shared.db.retry import app_error_of
from shared.errors import AppError
from shared.logging import configure_logging

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = set_request_context(event)
    try:
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        query = event.get("queryStringParameters") or {}
        accept_connection(connection_id, headers.get("authorization"), query.get("token"))
    except AppError as error:
        return handshake_refusal(error)
    except Exception as error:  # noqa: BLE001 - the edge
        _log.exception("unhandled error")
        return handshake_refusal(app_error_of(error))
    _log.info("connected")
    return ACCEPTED
