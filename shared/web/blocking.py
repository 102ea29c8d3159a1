"""Where code runs that waits without giving way: for the database, for a hash of a password.

A server runs it in threads, beside its event loop. A function that is given one event at a time has nobody to keep
waiting, and runs it where it is: each way into a thread and back takes longer than a query.
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
def one_at_a_time() -> Iterator[None]:
    """What is called in this block is all that its process does meanwhile."""
    token = _in_place.set(True)
    try:
        yield
    finally:
        _in_place.reset(token)


async def run_blocking(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """What the function returns, or raises."""
    if _in_place.get():
        return function(*args, **kwargs)
    return await run_in_thread(function, *args, **kwargs)


@asynccontextmanager
async def enter_blocking(manager: AbstractContextManager[_T]) -> AsyncIterator[_T]:
    """The block of a context manager whose ways in and out block."""
    if _in_place.get():
        with manager as value:
            yield value
    else:
        async with contextmanager_in_threadpool(manager) as value:
            yield value
