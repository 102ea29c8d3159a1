"""Objects that exist once per event loop, such as semaphores, thread pools and connection pools.

An asyncio object belongs to the event loop that first uses it, and a process can run one event loop after another: the
`turn` function does so for every invocation.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
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


@dataclass
class _Slots:
    semaphore: asyncio.Semaphore
    # Those that have a slot or wait for one.
    uses: int = 0


class SlotsPerKey:
    """A semaphore for each key, such as a user's id, while it is used."""

    def __init__(self, slots: Callable[[], int]) -> None:
        """`slots`: the number for each key."""
        self._slots = slots
        self._by_key: PerEventLoop[dict[str, _Slots]] = PerEventLoop(dict)

    @asynccontextmanager
    async def acquire(self, key: str) -> AsyncIterator[None]:
        """Wait for a slot of the key, first come, first served, and keep it for the block."""
        by_key = self._by_key.get()
        if key not in by_key:
            by_key[key] = _Slots(asyncio.Semaphore(self._slots()))
        slots = by_key[key]
        slots.uses += 1
        try:
            async with slots.semaphore:
                yield
        finally:
            slots.uses -= 1
            if slots.uses == 0:
                del by_key[key]
