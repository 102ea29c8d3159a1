"""`$connect`: whose connection is this?"""

import logging
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, enter, refused
from functions.websocket.opening import open_connection
from shared.errors import AppError, InternalError, Unauthorized
from shared.logging import configure_logging

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = enter(event)
    try:
        open_connection(connection_id, _access_token(event))
    except AppError as error:
        return refused(error)
    except Exception:  # noqa: BLE001 - the edge
        _log.exception("unhandled error")
        return refused(InternalError())
    _log.info("connected")
    return ACCEPTED


def _access_token(event: Event) -> str:
    """From the Authorization header, or from the query: a browser cannot set a header here."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return str(token)
    query_token = (event.get("queryStringParameters") or {}).get("token")
    if not query_token:
        raise Unauthorized
    return str(query_token)
