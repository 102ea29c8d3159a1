"""Calls that block, beside an event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from shared.event_loop import PerEventLoop

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Of each event loop: more than its requests have database connections, so that one that holds one goes on.
_MAX_THREADS = 40


async def run_in_thread(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What the call returns, or raises.

    Cancelled, it waits for the call's end first: a transaction would go on beside what follows it. It takes its turn
    with the event loop once, where anyio's takes it at each step, and each time all that is running goes first.
    """
    context = copy_context()
    running = asyncio.get_running_loop().run_in_executor(_pools.get(), lambda: context.run(call, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        # What it raised is nobody's any more.
        running.cancelled() or running.exception()
        raise


def _new_pool() -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(_MAX_THREADS, "blocking")
    # `asyncio.run` shuts down the default executor's threads when it closes the loop.
    asyncio.get_running_loop().set_default_executor(pool)
    return pool


_pools = PerEventLoop(_new_pool)
