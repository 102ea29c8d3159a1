"""Turns that run detached from the request that began them: a client may disconnect, and the turn goes on."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Protocol

from shared.chat.events import ChatEvent
from shared.chat.prepare import PreparedTurn
from shared.chat.turn import run_turn
from shared.event_loop import PerEventLoop

_log = logging.getLogger(__name__)
_running: PerEventLoop[set[asyncio.Task[None]]] = PerEventLoop(set)


class EventSink(Protocol):
    """A second receiver of a turn's events, beside the client that began it."""

    def put(self, event: ChatEvent) -> None: ...

    async def close(self) -> None:
        """Return when every event that was put has been delivered or given up."""
        ...


def start_turn(turn: PreparedTurn, sink: EventSink | None = None) -> AsyncGenerator[ChatEvent, None]:
    """Run a turn in a task of its own. Closing the returned generator of its events does not end the turn."""
    queue: asyncio.Queue[ChatEvent | None] = asyncio.Queue()
    _run_in_task(turn, queue.put_nowait, sink)

    async def follow() -> AsyncGenerator[ChatEvent, None]:
        while (event := await queue.get()) is not None:
            yield event

    return follow()


def run_detached(turn: PreparedTurn, sink: EventSink | None = None) -> None:
    """Run a turn in a task of its own, whose events readers follow in the database."""
    _run_in_task(turn, lambda _event: None, sink)


def _run_in_task(turn: PreparedTurn, put: Callable[[ChatEvent | None], None], sink: EventSink | None) -> None:
    """`put` receives the events, then None."""

    async def run() -> None:
        try:
            async with aclosing(run_turn(turn)) as events:
                async for event in events:
                    put(event)
                    if sink is not None:
                        sink.put(event)
        except Exception:  # noqa: BLE001 - an edge
            # The client's stream ends without a final event, so the client resumes.
            _log.exception("a turn failed")
        finally:
            put(None)
            if sink is not None:
                await sink.close()

    running = _running.get()
    task = asyncio.create_task(run())
    running.add(task)
    task.add_done_callback(running.discard)


async def wait_for_turns() -> None:
    """Return when the running turns have ended."""
    await asyncio.gather(*_running.get(), return_exceptions=True)


async def interrupt_turns() -> None:
    """End the running turns at shutdown: another process goes on with them where it can."""
    tasks = list(_running.get())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
