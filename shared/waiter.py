"""Waiting for what something else in the event loop says has happened, for a time at most.

`asyncio.wait_for` makes a task of what it waits for (before Python 3.12), which in a stream is ten of them a second.
"""

import asyncio


class Waiter:
    """One task waits at a time. Who wakes it while nobody waits does nothing: what happened is looked at first."""

    def __init__(self) -> None:
        self._waiter: asyncio.Future[bool] | None = None

    async def wait(self, until: float) -> bool:
        """Whether it was woken before the event loop's time `until`."""
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_at(until, _end, self._waiter, False)
        try:
            return await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    def wake(self) -> None:
        if self._waiter is not None:
            _end(self._waiter, True)


def _end(waiter: "asyncio.Future[bool]", woken: bool) -> None:
    if not waiter.done():
        waiter.set_result(woken)
