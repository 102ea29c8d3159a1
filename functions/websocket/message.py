"""`$default`: a frame. What it asks is checked and written; what takes time is handed to `turn`.

The gateway waits 29 s for this function at most, and a reply may take minutes.
"""

import base64
import logging
from functools import cache
from typing import Any

from functions.websocket.gateway import ACCEPTED, Answer, Event, enter
from functions.websocket.schemas import ClientFrame, TurnJob
from functions.websocket.service import Follow, Pong, error_frame, read_frame, request_id_of, take_frame
from shared.chat.model_choice import ModelFields
from shared.chat.prepare import PreparedTurn
from shared.config import GatewaySettings, load
from shared.db.repositories import ws_connections
from shared.db.session import transaction
from shared.errors import AppError, InternalError, Unauthorized
from shared.logging import configure_logging, request_context
from shared.web.connections import PONG_FRAME, ConnectionGone, post_frame

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: Event, _context: Any) -> Answer:
    connection_id = enter(event)
    text = event.get("body") or ""
    data = base64.b64decode(text) if event.get("isBase64Encoded") else text
    try:
        user_id = _owner_of(connection_id)
        frame = read_frame(data)
        outcome = take_frame(user_id, frame)
        if isinstance(outcome, Pong):
            post_frame(connection_id, PONG_FRAME)
        elif outcome is not None:
            _hand_over(_job(user_id, connection_id, frame, outcome))
    except ConnectionGone:
        _log.info("the connection was gone before its answer")
    except AppError as error:
        _tell(connection_id, error, data)
    except Exception:  # noqa: BLE001 - the edge
        _log.exception("unhandled error")
        _tell(connection_id, InternalError(), data)
    return ACCEPTED


def _owner_of(connection_id: str) -> str:
    with transaction() as session:
        user_id = ws_connections.find_owner(session, connection_id)
    if user_id is None:
        raise Unauthorized
    return user_id


def _job(user_id: str, connection_id: str, frame: ClientFrame, outcome: PreparedTurn | Follow) -> TurnJob:
    context = request_context.get()
    job = TurnJob(
        user_id=user_id,
        connection_id=connection_id,
        request_id=frame.request_id,
        trace_id=context.trace_id if context else "",
        message_id="",
    )
    if isinstance(outcome, Follow):
        return job.model_copy(update={"message_id": outcome.message_id, "after": outcome.after})
    job = job.model_copy(update={"message_id": outcome.assistant_message_id, "turn_id": outcome.turn_id})
    return job.with_fields(frame) if isinstance(frame, ModelFields) else job


def _hand_over(job: TurnJob) -> None:
    _lambda().invoke(
        FunctionName=load(GatewaySettings).turn_function_name,
        InvocationType="Event",
        Payload=job.model_dump_json().encode(),
    )


def _tell(connection_id: str, error: AppError, data: str | bytes) -> None:
    context = request_context.get()
    frame = error_frame(error, request_id_of(data), context.request_id if context else "")
    try:
        post_frame(connection_id, frame)
    except Exception:  # noqa: BLE001 - whoever asked is gone, or will ask again
        _log.warning("an error could not be told", exc_info=True)


@cache
def _lambda() -> Any:
    import boto3  # Heavy; a ping or a stop does without.

    return boto3.client("lambda", endpoint_url=load(GatewaySettings).invoke_endpoint)
