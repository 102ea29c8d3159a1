"""Blocking calls, such as database queries and password hashing: in a thread pool, or inline.

A server runs them in threads, so that its event loop goes on. Under Lambda's Python runtime a function has one event
at a time and runs them inline: a switch to a thread and back takes longer than a query (decision 0015).
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from fastapi.concurrency import contextmanager_in_threadpool

from shared.threads import run_in_thread

_P = ParamSpec("_P")
_T = TypeVar("_T")

_in_place: ContextVar[bool] = ContextVar("in_place", default=False)


@contextmanager
def run_inline() -> Iterator[None]:
    """Run the blocking calls of this block inline: the process handles one event at a time."""
    token = _in_place.set(True)
    try:
        yield
    finally:
        _in_place.reset(token)


async def run_blocking(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Return or raise what the function does."""
    if _in_place.get():
        return function(*args, **kwargs)
    return await run_in_thread(function, *args, **kwargs)


@asynccontextmanager
async def enter_blocking(manager: AbstractContextManager[_T]) -> AsyncIterator[_T]:
    """Enter and exit a context manager whose `__enter__` and `__exit__` block."""
    if _in_place.get():
        with manager as value:
            yield value
    else:
        async with contextmanager_in_threadpool(manager) as value:
            yield value
