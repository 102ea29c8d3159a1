"""Lambda handler of `$default`: validates a client's frame, prepares the turn, and invokes the worker `turn`.

The gateway waits at most 29 s for this function, and a reply may take minutes.
"""

import asyncio
import base64
import logging
from functools import partial
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, set_request_context
from functions.websocket.jobs import job_for
from functions.websocket.schemas import ClientFrame
from functions.websocket.service import Follow, Pong, error_frame, handle_frame, read_frame, request_id_of
from shared.auth.principal import Principal
from shared.auth.scopes import scope_of
from shared.chat.follow_limit import end_follow
from shared.chat.prepare import PreparedTurn
from shared.chat.worker import invoke_worker
from shared.db.repositories import ws_connections
from shared.db.retry import app_error_of, retry_if_rolled_back
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import AppError, TokenRevoked
from shared.logging import configure_logging, request_context
from shared.web.connection_closing import close_connections
from shared.web.gateway_client import ConnectionGone, GatewayUnavailable, post_frame
from shared.web.websocket_frames import PONG_FRAME

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = set_request_context(event)
    text = event.get("body") or ""
    data = base64.b64decode(text) if event.get("isBase64Encoded") else text
    try:
        caller = _owner_of(connection_id)
        frame = read_frame(data)
        outcome = retry_if_rolled_back(partial(handle_frame, caller, frame))
        if isinstance(outcome, Pong):
            asyncio.run(post_frame(connection_id, PONG_FRAME))
        elif outcome is not None:
            _invoke_worker(caller.user_id, connection_id, frame, outcome)
    except ConnectionGone:
        _log.info("the connection closed before the response")
    except GatewayUnavailable:
        _log.warning("a pong could not be sent", exc_info=True)
    except TokenRevoked as error:
        _send_error(connection_id, error, data)
        close_connections([connection_id])
    except AppError as error:
        _send_error(connection_id, error, data)
    except Exception as error:  # noqa: BLE001 - the edge
        _log.exception("unhandled error")
        _send_error(connection_id, app_error_of(error), data)
    return ACCEPTED


def _owner_of(connection_id: str) -> Principal:
    """The owner of a connection. Raises TokenRevoked when the login that opened it has ended."""
    with transaction() as session:
        owner = ws_connections.find_owner(session, connection_id, utc_now())
    if owner is None:
        raise TokenRevoked
    context = request_context.get()
    assert context is not None  # Set by `set_request_context`.
    context.user_id = owner.user_id
    # A connection outlives its access token, so its permissions are those of the user's current group.
    return Principal(owner.user_id, scope_of(owner.group), owner.family_id)


def _invoke_worker(user_id: str, connection_id: str, frame: ClientFrame, outcome: PreparedTurn | Follow) -> None:
    try:
        invoke_worker(job_for(user_id, connection_id, frame, outcome))
    except Exception:
        # There is no worker that would do it at the follow's end.
        if isinstance(outcome, Follow) and outcome.counted_at is not None:
            end_follow(user_id, outcome.counted_at)
        raise


def _send_error(connection_id: str, error: AppError, data: str | bytes) -> None:
    context = request_context.get()
    frame = error_frame(error, request_id_of(data), context.request_id if context else "")
    try:
        asyncio.run(post_frame(connection_id, frame))
    except Exception:  # noqa: BLE001 - the client has disconnected, or will retry
        _log.warning("an error frame could not be sent", exc_info=True)
