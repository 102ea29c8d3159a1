"""`$connect`: whose connection is this?"""

import logging
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, enter, refused
from shared.auth.principal import authenticate
from shared.db.models import WsConnection
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.errors import AppError, InternalError, Unauthorized
from shared.logging import configure_logging

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = enter(event)
    try:
        with transaction() as session:
            caller = authenticate(session, _access_token(event))
            ws_connections.add_connection(session, WsConnection(id=connection_id, user_id=caller.user_id))
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
