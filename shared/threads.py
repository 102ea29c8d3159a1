"""Calls that block, beside an event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

_P = ParamSpec("_P")
_T = TypeVar("_T")

# Of each event loop: more than its requests have database connections, so that one that holds one goes on.
_MAX_THREADS = 40
_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()


async def run_in_thread(call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What the call returns, or raises.

    Cancelled, it waits for the call's end first: a transaction would go on beside what follows it. It takes its turn
    with the event loop once, where anyio's takes it at each step, and each time all that is running goes first.
    """
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop) or _new_pool(loop)
    context = copy_context()
    running = loop.run_in_executor(pool, lambda: context.run(call, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        # What it raised is nobody's any more.
        running.cancelled() or running.exception()
        raise


def _new_pool(loop: asyncio.AbstractEventLoop) -> ThreadPoolExecutor:
    pool = _pools[loop] = ThreadPoolExecutor(_MAX_THREADS, "blocking")
    # Whoever closes the loop ends its threads.
    loop.set_default_executor(pool)
    return pool
