"""Server-sent events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.chat.events import ChatEvent, Notice

# A keep-alive comment is sent when nothing was sent for this long, so at the latest after twice this time: within the
# contract's 15 s and the idle limits of gateways and proxies.
KEEP_ALIVE_SECONDS = 7


class EventStreamResponse(Response):
    """A response that streams chat events until their end, or until the client disconnects.

    Starlette's StreamingResponse takes a generator of bytes, which would need a task and a timer for each event to send
    keep-alive comments.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[ChatEvent, None]) -> None:
        self.status_code = 200
        self.background = None
        # Turns off response buffering in nginx-based gateways.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._events = events
        self._silent = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        tasks = [asyncio.ensure_future(self._send_events(send)), asyncio.ensure_future(_until_disconnected(receive))]
        try:
            while not (await asyncio.wait(tasks, timeout=KEEP_ALIVE_SECONDS, return_when="FIRST_COMPLETED"))[0]:
                if self._silent:
                    await _send_part(send, b": keep-alive\n\n")
                self._silent = True
        finally:
            ended = [task for task in tasks if task.done()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()

    async def _send_events(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            async for event in events:
                await _send_part(send, encode_event(event))
                self._silent = False
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def encode_event(event: ChatEvent) -> bytes:
    event_id = "" if isinstance(event, Notice) else f"id: {event.seq}\n"
    return f"event: {event.type}\n{event_id}data: {event.model_dump_json()}\n\n".encode()


async def _send_part(send: Send, part: bytes) -> None:
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
