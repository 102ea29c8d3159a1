"""Streamed replies over HTTP: each call is answered with a stream of events."""

from typing import Annotated, Any

from fastapi import Header, Query
from fastapi.responses import StreamingResponse

from functions.chat_stream import service
from functions.chat_stream.order import InOrder
from shared.chat.errors import InvalidImage, NotContinuable, RequestKeyReused, StorageUnavailable
from shared.chat.model_choice import MODEL_ERRORS
from shared.chat.reply import MAX_SEQ
from shared.chat.requests import ReplyBody, SendBody
from shared.errors import RateLimited
from shared.web.dependencies import DetachedUser, SignedClaims
from shared.web.responses import OWN_THING, error_responses
from shared.web.routing import Router
from shared.web.sse import EventStream

router = Router("chat_stream", prefix="/chat", responses=error_responses(*OWN_THING), route_class=InOrder)

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events; `data` is a ChatEvent.", "content": {"text/event-stream": {}}}
}
_SEND = _EVENTS | error_responses(
    *OWN_THING, *MODEL_ERRORS, InvalidImage, StorageUnavailable, RequestKeyReused, RateLimited
)
_REGENERATE = _EVENTS | error_responses(*OWN_THING, *MODEL_ERRORS, RequestKeyReused, RateLimited)
_CONTINUE = _EVENTS | error_responses(*OWN_THING, *MODEL_ERRORS, NotContinuable, RateLimited)
# A repeat with the same key attaches to the reply of the first.
RequestKey = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=128, pattern=r"^[!-~]+$")]


@router.post("/send", response_class=StreamingResponse, responses=_SEND)
async def send(body: SendBody, login: SignedClaims, request_key: RequestKey = None) -> Any:
    return EventStream(await service.send(login, body, request_key))


@router.post("/regenerate", response_class=StreamingResponse, responses=_REGENERATE)
async def regenerate(body: ReplyBody, login: SignedClaims, request_key: RequestKey = None) -> Any:
    return EventStream(await service.regenerate(login, body, request_key))


@router.post("/continue", response_class=StreamingResponse, responses=_CONTINUE)
async def continue_reply(body: ReplyBody, login: SignedClaims) -> Any:
    return EventStream(await service.continue_reply(login, body))


@router.get("/resume/{message_id}", response_class=StreamingResponse, responses=_EVENTS)
async def resume(message_id: str, caller: DetachedUser, after: Annotated[int, Query(ge=0, le=MAX_SEQ)] = 0) -> Any:
    return EventStream(await service.resume(caller.user_id, message_id, after))
