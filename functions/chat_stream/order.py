"""Requests that begin a reply, one after another instead of all at once.

A process does one thing at a time. Fifty requests of the same instant that are each taken one step further in turn
are all answered when the last of them is; taken in their order, half of them are answered in half of that time.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from shared.event_loop import PerEventLoop

# As many as keep the processor busy while some of them wait for the database. Each more is a thread that contends
# with those for it, and with the event loop that sends what they were begun for.
AT_ONCE = 4
_places = PerEventLoop(lambda: asyncio.Semaphore(AT_ONCE))


class InOrder(APIRoute):
    """Begins requests in the order in which they were whole, `AT_ONCE` at a time. What they stream is not of it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        begin = super().get_route_handler()

        async def begin_in_order(request: Request) -> Response:
            # A client that takes its time must not hold up the others; one that leaves is FastAPI's affair.
            body = b""
            with suppress(ClientDisconnect):
                body = await request.body()
            async with _place_for(body):
                return await begin(request)

        return begin_in_order


def _place_for(body: bytes) -> AbstractAsyncContextManager[None]:
    # The store is asked for a message's images, at its own pace: others must not wait for it.
    if b'"image_url"' in body:
        return nullcontext()
    return _places.get()
