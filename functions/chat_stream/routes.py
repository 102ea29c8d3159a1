"""Routes that stream a reply as server-sent events."""

from typing import Annotated, Any

from fastapi import Depends, Header, Query
from fastapi.responses import StreamingResponse

from functions.chat_stream import service
from functions.chat_stream.admission import AdmissionRoute
from shared.auth.scopes import CHAT_SEND
from shared.chat.budget import BudgetExhausted
from shared.chat.errors import (
    EmailUnverified,
    FileNotReady,
    InvalidFile,
    InvalidImage,
    NotContinuable,
    RequestKeyReused,
    StorageUnavailable,
)
from shared.chat.model_choice import MODEL_ERRORS
from shared.chat.reply import MAX_SEQ
from shared.chat.requests import ReplyBody, SendBody
from shared.errors import Forbidden, RateLimited
from shared.web.dependencies import RequirePermission, TokenUser
from shared.web.responses import OWN_THING, error_responses, schema_reference
from shared.web.routing import Router
from shared.web.sse import EventStreamResponse

router = Router("chat_stream", prefix="/chat", responses=error_responses(*OWN_THING), route_class=AdmissionRoute)

# OpenAPI describes a stream of server-sent events by the schema of one of them.
_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "description": "The `type` of the ChatEvent."},
        "id": {"type": "string", "description": "The `seq` of the ChatEvent."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": schema_reference("ChatEvent"),
        },
    },
    "required": ["event", "id", "data"],
}
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events until the reply ends, and a comment line at least every 15 seconds.",
        "content": {"text/event-stream": {"schema": _EVENT}},
    }
}
_TURN = (*OWN_THING, *MODEL_ERRORS, Forbidden, EmailUnverified, RateLimited, BudgetExhausted)
_SEND = _EVENTS | error_responses(*_TURN, InvalidImage, InvalidFile, FileNotReady, StorageUnavailable, RequestKeyReused)
_REGENERATE = _EVENTS | error_responses(*_TURN, RequestKeyReused)
_CONTINUE = _EVENTS | error_responses(*_TURN, NotContinuable)
_RESUME = _EVENTS | error_responses(*OWN_THING, RateLimited)
_MAY_SEND = [Depends(RequirePermission(CHAT_SEND))]
# A repeat with the same key attaches to the reply of the first.
RequestKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=128, pattern=r"^[!-~]+$")]


@router.post("/send", response_class=StreamingResponse, responses=_SEND, dependencies=_MAY_SEND)
async def send(body: SendBody, user: TokenUser, request_key: RequestKey = None) -> EventStreamResponse:
    """Send a message and stream the reply.

    `started` is sent as soon as both messages are stored, before the model is called; an error after that is a
    `failed` event. Every `delta` is stored before it is sent. Repeated with the same `Idempotency-Key`, the call
    attaches to the reply of the first request.
    """
    return EventStreamResponse(await service.send(user, body, request_key))


@router.post("/regenerate", response_class=StreamingResponse, responses=_REGENERATE, dependencies=_MAY_SEND)
async def regenerate(body: ReplyBody, user: TokenUser, request_key: RequestKey = None) -> EventStreamResponse:
    """Stream another reply to the same message.

    The new reply is a sibling of the one named, which stays. `Idempotency-Key` as in `send`.
    """
    return EventStreamResponse(await service.regenerate(user, body, request_key))


@router.post("/continue", response_class=StreamingResponse, responses=_CONTINUE, dependencies=_MAY_SEND)
async def continue_reply(body: ReplyBody, user: TokenUser) -> EventStreamResponse:
    """Continue a reply that ended early.

    A reply that was stopped, interrupted or cut off by its length grows on; `seq` goes on from its last event.
    """
    return EventStreamResponse(await service.continue_reply(user, body))


@router.get("/resume/{message_id}", response_class=StreamingResponse, responses=_RESUME)
async def resume(
    message_id: str, user: TokenUser, after: Annotated[int, Query(ge=0, le=MAX_SEQ)] = 0
) -> EventStreamResponse:
    """Stream the events of a reply that follow a `seq`.

    Those stored come at once, the others live until the reply ends, whichever process streams it. Concurrent calls are
    limited per user.
    """
    return EventStreamResponse(await service.resume(user, message_id, after))
