"""A thread pool for blocking calls from an event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from shared.event_loop import PerEventLoop

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Per event loop, and above the size of the database connection pool: a call that has a connection must not wait for
# threads that wait for connections.
_MAX_THREADS = 40


async def run_in_thread(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a blocking call in a thread; returns its result, or raises its exception.

    A cancellation waits for the end of the call, because its transaction would otherwise run on beside the code that
    follows. It needs one step of the event loop; anyio's function needs three, each behind all other ready tasks.
    """
    context = copy_context()
    running = asyncio.get_running_loop().run_in_executor(_pools.get(), lambda: context.run(call, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        # Retrieve the exception, so that asyncio does not log it.
        running.cancelled() or running.exception()
        raise


def _new_pool() -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(_MAX_THREADS, "blocking")
    # `asyncio.run` shuts down the default executor's threads when it closes the loop.
    asyncio.get_running_loop().set_default_executor(pool)
    return pool


_pools = PerEventLoop(_new_pool)
