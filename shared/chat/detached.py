"""Turns that run detached from the request that began them: a client may disconnect, and the turn goes on."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from shared.chat.events import ChatEvent
from shared.chat.prepare import PreparedTurn
from shared.chat.turn import run_turn

_log = logging.getLogger(__name__)
_running: set[asyncio.Task[None]] = set()


class EventSink(Protocol):
    """A second receiver of a turn's events, beside the client that began it."""

    def put(self, event: ChatEvent) -> None: ...

    async def close(self) -> None:
        """Return when every event that was put has been delivered or given up."""
        ...


def start_turn(turn: PreparedTurn, sink: EventSink | None = None) -> AsyncGenerator[ChatEvent, None]:
    """Run a turn in a task of its own. Closing the returned generator of its events does not end the turn."""
    queue: asyncio.Queue[ChatEvent | None] = asyncio.Queue()

    async def run() -> None:
        try:
            async with aclosing(run_turn(turn)) as events:
                async for event in events:
                    queue.put_nowait(event)
                    if sink is not None:
                        sink.put(event)
        except Exception:  # noqa: BLE001 - an edge
            # The client's stream ends without a final event, so the client resumes.
            _log.exception("a turn failed")
        finally:
            queue.put_nowait(None)
            if sink is not None:
                await sink.close()

    task = asyncio.create_task(run())
    _running.add(task)
    task.add_done_callback(_running.discard)

    async def follow() -> AsyncGenerator[ChatEvent, None]:
        while (event := await queue.get()) is not None:
            yield event

    return follow()


async def interrupt_turns() -> None:
    """End the running turns as `interrupted`, at shutdown."""
    tasks = list(_running)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
