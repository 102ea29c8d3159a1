"""An event for one waiting task, with a timeout."""

import asyncio

from shared.waiter import Waiter


def test_wake_ends_the_wait() -> None:
    async def run() -> bool:
        waiter = Waiter()
        asyncio.get_running_loop().call_soon(waiter.wake)
        return await waiter.wait(asyncio.get_running_loop().time() + 60)

    assert asyncio.run(run())


def test_a_wait_times_out() -> None:
    async def run() -> bool:
        return await Waiter().wait(asyncio.get_running_loop().time() + 0.01)

    assert not asyncio.run(run())


def test_a_wake_without_a_waiter_is_not_remembered() -> None:
    async def run() -> bool:
        waiter = Waiter()
        waiter.wake()
        return await waiter.wait(asyncio.get_running_loop().time() + 0.01)

    assert not asyncio.run(run())
