"""Waiting for what something else in the event loop brings about."""

import asyncio

from shared.wakeup import Wakeup


def test_who_waits_is_woken_and_told_so() -> None:
    async def run() -> bool:
        wakeup = Wakeup()
        asyncio.get_running_loop().call_soon(wakeup.wake)
        return await wakeup.wait(asyncio.get_running_loop().time() + 60)

    assert asyncio.run(run())


def test_who_is_not_woken_is_told_so_when_the_time_is_over() -> None:
    async def run() -> bool:
        return await Wakeup().wait(asyncio.get_running_loop().time() + 0.01)

    assert not asyncio.run(run())


def test_a_wake_while_nobody_waits_is_not_kept() -> None:
    async def run() -> bool:
        wakeup = Wakeup()
        wakeup.wake()
        return await wakeup.wait(asyncio.get_running_loop().time() + 0.01)

    assert not asyncio.run(run())
