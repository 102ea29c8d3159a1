"""Blocking calls from an event loop."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from shared.threads import run_in_thread

_colour: ContextVar[str] = ContextVar("colour", default="none")


def test_a_call_returns_its_result_and_has_its_callers_context() -> None:
    def describe(prefix: str, *, suffix: str) -> str:
        assert threading.current_thread() is not threading.main_thread()
        return prefix + _colour.get() + suffix

    async def run() -> str:
        _colour.set("blue")
        return await run_in_thread(describe, "<", suffix=">")

    assert asyncio.run(run()) == "<blue>"


def test_a_call_raises_its_exception() -> None:
    def fail() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        asyncio.run(run_in_thread(fail))


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("times", [1, 2])
def test_a_cancellation_waits_for_the_call(fails: bool, times: int) -> None:
    started, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        started.set()
        assert go_on.wait(10)
        ended.set()
        if fails:
            raise LookupError

    async def run() -> None:
        task = asyncio.ensure_future(run_in_thread(work))
        await asyncio.to_thread(started.wait, 10)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(run())
