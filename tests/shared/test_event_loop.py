"""Objects that exist once per event loop."""

import asyncio
import gc
import weakref

import pytest

from shared.event_loop import PerEventLoop


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
