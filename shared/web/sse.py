"""Server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.responses import StreamingResponse

from shared.chat.events import ChatEvent

# Under every gateway's and proxy's idle limit; the contract promises 15 s.
KEEP_ALIVE_SECONDS = 10


def event_stream(events: AsyncIterator[ChatEvent]) -> StreamingResponse:
    """A response that streams chat events, with a comment line where there is silence."""
    return StreamingResponse(
        _encoded(events),
        media_type="text/event-stream",
        headers={
            "Cache-Control": "no-store",
            # nginx-based gateways would gather the stream.
            "X-Accel-Buffering": "no",
        },
    )


def encode_event(event: ChatEvent) -> bytes:
    return f"event: {event.type}\nid: {event.seq}\ndata: {event.model_dump_json()}\n\n".encode()


async def _encoded(events: AsyncIterator[ChatEvent]) -> AsyncIterator[bytes]:
    next_event: asyncio.Task[ChatEvent] | None = None
    try:
        while True:
            next_event = next_event or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({next_event}, timeout=KEEP_ALIVE_SECONDS)
            if not done:
                yield b": keep-alive\n\n"
                continue
            try:
                event = next_event.result()
            except StopAsyncIteration:
                return
            next_event = None
            yield encode_event(event)
    finally:
        if next_event is not None:
            next_event.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await next_event
