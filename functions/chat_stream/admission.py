"""Admission: at most four requests prepare a turn at a time, first come, first served (decision 0018).

A process runs one thing at a time. Fifty requests that arrive together and advance in turns all finish with the last
of them; admitted in order, half of them finish in half that time.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from shared.event_loop import PerEventLoop

# Enough to keep the processor busy while some wait for the database. Each more is a thread that contends with these,
# and with the event loop that sends the replies.
MAX_PREPARING = 4
_slots = PerEventLoop(lambda: asyncio.Semaphore(MAX_PREPARING))


class AdmissionRoute(APIRoute):
    """Runs the handlers in the order in which the bodies arrived, `MAX_PREPARING` at a time, until each returns.

    The stream of a reply runs after its handler and occupies no slot.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def admitted(request: Request) -> Response:
            # A slow client must not hold up the others. FastAPI handles one that has left.
            body = b""
            with suppress(ClientDisconnect):
                body = await request.body()
            async with _slot_for(request, body):
                return await handle(request)

        return admitted


def _slot_for(request: Request, body: bytes) -> AbstractAsyncContextManager[None]:
    # A resume prepares no turn, and has the slots of its user (shared.chat.follow_limit).
    if request.method == "GET":
        return nullcontext()
    # A message's images are looked up in the object store first: others must not wait for that.
    if b'"image_url"' in body:
        return nullcontext()
    return _slots.get()
