"""Objects that exist once per event loop."""

import asyncio
import gc
import weakref

import pytest

from shared.event_loop import PerEventLoop, SlotsPerKey


class BoundToLoop:
    """References its event loop, as connections and semaphores do."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()


def test_each_event_loop_has_one_object_of_its_own() -> None:
    objects = PerEventLoop(BoundToLoop)

    async def twice() -> tuple[BoundToLoop, BoundToLoop]:
        return objects.get(), objects.get()

    first, again = asyncio.run(twice())
    assert first is again
    assert asyncio.run(twice())[0] is not first


def test_the_object_of_a_closed_event_loop_is_dropped() -> None:
    objects = PerEventLoop(BoundToLoop)

    async def get() -> "weakref.ref[BoundToLoop]":
        return weakref.ref(objects.get())

    of_the_first, of_the_second = asyncio.run(get()), asyncio.run(get())
    gc.collect()
    assert of_the_first() is None
    assert of_the_second() is not None


def test_without_a_running_event_loop_there_is_none() -> None:
    with pytest.raises(RuntimeError):
        PerEventLoop(BoundToLoop).get()


def test_slots_are_limited_for_each_key_by_itself() -> None:
    async def acquire_all() -> tuple[int, int]:
        slots = SlotsPerKey(lambda: 2)
        running = {"a": 0, "b": 0}
        release = asyncio.Event()

        async def use(key: str) -> None:
            async with slots.acquire(key):
                running[key] += 1
                await release.wait()

        uses = [asyncio.create_task(use(key)) for key in "aaaab"]
        await asyncio.sleep(0)
        seen = running["a"], running["b"]
        release.set()
        await asyncio.gather(*uses)
        assert running == {"a": 4, "b": 1}
        return seen

    assert asyncio.run(acquire_all()) == (2, 1)
