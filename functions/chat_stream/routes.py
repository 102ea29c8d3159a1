"""Sending and regenerating over HTTP, answered with a stream of events."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from functions.chat_stream import service
from functions.chat_stream.schemas import ReplyBody, SendBody
from shared.web.dependencies import DetachedUser
from shared.web.sse import event_stream

router = APIRouter(prefix="/chat")

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events; `data` is a ChatEvent.", "content": {"text/event-stream": {}}}
}


@router.post("/send", response_class=StreamingResponse, responses=_EVENTS)
async def send(body: SendBody, caller: DetachedUser) -> Any:
    return event_stream(await service.send(caller.user_id, body))


@router.post("/regenerate", response_class=StreamingResponse, responses=_EVENTS)
async def regenerate(body: ReplyBody, caller: DetachedUser) -> Any:
    return event_stream(await service.regenerate(caller.user_id, body))


@router.post("/continue", response_class=StreamingResponse, responses=_EVENTS)
async def continue_reply(body: ReplyBody, caller: DetachedUser) -> Any:
    return event_stream(await service.continue_reply(caller.user_id, body))
