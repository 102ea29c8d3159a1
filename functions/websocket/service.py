"""Handling of client frames, for both gateways."""

import json
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from functions.websocket.schemas import (
    MAX_MESSAGE_BYTES,
    ClientFrame,
    ContinueFrame,
    PingFrame,
    RegenerateFrame,
    ResumeFrame,
    StopFrame,
    client_frame,
)
from shared.auth.principal import Principal
from shared.auth.scopes import CHAT_SEND, require_permission
from shared.chat.follow_limit import start_follow
from shared.chat.idempotency import RepeatedRequest, prepare_continue_once, prepare_regenerate_once, prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.stop import stop_reply
from shared.db.repositories import messages
from shared.db.session import transaction
from shared.errors import AppError, InvalidInput, NotFound, PayloadTooLarge
from shared.schemas import validation_details


@dataclass(frozen=True)
class Follow:
    """The caller must send the events of a reply after `after` to the connection.

    `counted_at`: it counts as one of the user's follows since then, and the caller must call `end_follow` at its end.
    """

    message_id: str
    after: int
    counted_at: datetime | None = None


@dataclass(frozen=True)
class Pong:
    """The caller must answer a ping."""


def read_frame(text: str | bytes) -> ClientFrame:
    """Raises PayloadTooLarge, InvalidInput."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_MESSAGE_BYTES:
        raise PayloadTooLarge
    try:
        return client_frame.validate_json(data)
    except ValidationError as error:
        raise InvalidInput(details=validation_details(error.errors())) from None


def handle_frame(caller: Principal, frame: ClientFrame) -> PreparedTurn | Follow | Pong | None:
    """Execute a frame as far as it completes at once; returns what remains to be run or sent.

    Raises the contract's errors, before anything is streamed; RateLimited for too many follows, Forbidden for a
    turn without the permission.
    """
    user_id = caller.user_id
    if isinstance(frame, PingFrame):
        return Pong()
    if isinstance(frame, StopFrame):
        with transaction() as session:
            stop_reply(session, user_id, frame.message_id)
        return None
    if isinstance(frame, ResumeFrame):
        with transaction() as session:
            reply = messages.find_message(session, user_id, frame.message_id)
            if reply is None or reply.role != "assistant":
                raise NotFound
            counted_at = start_follow(session, user_id)
        return Follow(frame.message_id, frame.after, counted_at)
    require_permission(caller.scope, CHAT_SEND)
    prepared: PreparedTurn | RepeatedRequest
    if isinstance(frame, ContinueFrame):
        prepared = prepare_continue_once(user_id, frame)
    elif isinstance(frame, RegenerateFrame):
        prepared = prepare_regenerate_once(user_id, frame, frame.request_id)
    else:
        prepared = prepare_send_once(user_id, frame, frame.request_id)
    return Follow(prepared.message_id, 0) if isinstance(prepared, RepeatedRequest) else prepared


def request_id_of(text: str | bytes) -> str | None:
    """The `request_id` of an invalid frame, for its error frame."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    request_id = frame.get("request_id") if isinstance(frame, dict) else None
    return request_id[:128] if isinstance(request_id, str) else None


def error_frame(error: AppError, request_id: str | None, logged_as: str) -> str:
    """The contract's error frame; `logged_as` is the request id of our logs."""
    frame = {"type": "error", "request_id": request_id, **error.body(logged_as)}
    if error.retry_after is not None:
        frame["retry_after"] = error.retry_after
    # `json.dumps` escapes non-ASCII characters: a client's `request_id` may contain a lone surrogate.
    return json.dumps(frame)
