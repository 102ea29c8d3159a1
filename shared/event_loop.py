"""Objects that exist once per event loop, such as semaphores, thread pools and connection pools.

An asyncio object belongs to the event loop that first uses it, and a process can run one event loop after another: the
`turn` function does so for every invocation.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class PerEventLoop(Generic[_T]):
    """Creates the object at the first `get` in an event loop; those of closed loops are dropped then."""

    def __init__(self, create: Callable[[], _T]) -> None:
        self._create = create
        # Not weak keys: an idle connection references its event loop, so a weak entry would never go.
        self._by_loop: dict[asyncio.AbstractEventLoop, _T] = {}

    def get(self) -> _T:
        """The object of the running event loop. Raises RuntimeError when none is running."""
        loop = asyncio.get_running_loop()
        try:
            return self._by_loop[loop]
        except KeyError:
            for other in list(self._by_loop):
                if other.is_closed():
                    self._by_loop.pop(other, None)
            created = self._by_loop[loop] = self._create()
            return created
