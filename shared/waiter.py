"""An event for one waiting task, with a timeout.

`asyncio.wait_for` creates a task for each wait (before Python 3.12), in a stream ten a second.
"""

import asyncio


class Waiter:
    """One task waits at a time. `wake` without a waiter does nothing, so check your condition before waiting."""

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
