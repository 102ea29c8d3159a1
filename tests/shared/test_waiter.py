"""Waiting for what something else in the event loop brings about."""

import asyncio

from shared.waiter import Waiter


def test_who_waits_is_woken_and_told_so() -> None:
    async def run() -> bool:
        waiter = Waiter()
        asyncio.get_running_loop().call_soon(waiter.wake)
        return await waiter.wait(asyncio.get_running_loop().time() + 60)

    assert asyncio.run(run())


def test_who_is_not_woken_is_told_so_when_the_time_is_over() -> None:
    async def run() -> bool:
        return await Waiter().wait(asyncio.get_running_loop().time() + 0.01)

    assert not asyncio.run(run())


def test_a_wake_while_nobody_waits_is_not_kept() -> None:
    async def run() -> bool:
        waiter = Waiter()
        waiter.wake()
        return await waiter.wait(asyncio.get_running_loop().time() + 0.01)

    assert not asyncio.run(run())
