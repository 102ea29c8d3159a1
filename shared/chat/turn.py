"""The write-before-send loop of a turn: stream the model's answer, make its tool calls, then end the reply.

An event is in the database before a client is sent it. Text is gathered into groups (the first is written at once,
the next after 100 ms); a group is written as a chunk and only then yielded. The statement that writes it also reads
whether the turn was asked to stop, on any instance.
"""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from shared.chat.event_log import ReplyEnd
from shared.chat.events import ChatEvent, Notice
from shared.chat.model_reader import AnswerBuffer
from shared.chat.own_model import store_learned
from shared.chat.prepare import PreparedTurn
from shared.chat.quota import Quota, count_run, is_counted
from shared.chat.reply_writer import ReplyWriter
from shared.chat.running_turn import RunningTurn
from shared.chat.task_polls import schedule_poll
from shared.chat.tool_loop import ToolLoop
from shared.chat.usage import OWN, source_of
from shared.chat.worker import hand_over
from shared.config import ChatSettings, load
from shared.db.repositories.usage import TurnUsage
from shared.db.retry import retry_while_unreachable
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.deadline import seconds_left
from shared.llm.answer import Finished
from shared.llm.errors import EmptyReply, ProviderError
from shared.threads import run_in_thread
from shared.tools.tool import CALL_SECONDS

# Before the platform ends the process, a turn is left to another one.
_MARGIN_SECONDS = 60.0
# End of a turn whose reply goes on in another one.
_LEFT = ReplyEnd("streaming")


async def run_turn(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    """The events of a turn, from `started` to `completed`, `failed` or `waiting`, each durable before it is yielded.

    Cancelling or closing it leaves the reply to another process, as does a turn that takes longer than `turn_seconds`
    or nears the end of its process (shared.deadline); where none can go on (`can_be_taken_over`), the reply ends as
    `interrupted`. It ends without a final event where another turn has the reply. Raises sqlalchemy.exc.DBAPIError when
    the database stays away for longer than `database_retry_seconds`.
    """
    writer = ReplyWriter(turn.user_id, turn.turn_id, turn.ids, turn.log)
    seconds = _seconds_of_process() if turn.can_be_taken_over else math.inf
    deadline = time.monotonic() + seconds
    # A call that this process might not see the end of would be one that may have run.
    calls_until = deadline - min(CALL_SECONDS - _MARGIN_SECONDS, seconds / 2)
    tools = ToolLoop(turn, writer, calls_until) if turn.tools else None
    running = RunningTurn(turn, tools, deadline)
    if tools is None:  # The model thinks while `started` is sent.
        running.ask_model()
    end = ReplyEnd("interrupted")
    has_failed = False
    try:
        async with aclosing(_events(running, writer)) as events:
            async for event in events:
                yield event
        end = _end_of_turn(running, writer)
        if end.status == "waiting" and tools is not None:
            writer.wait_for(tools.waiting_for)
    except Exception:
        has_failed = True
        raise
    finally:
        await running.close()
        end = running.complete(end)
        # Also when this task is being cancelled: a function that is shut down has a moment to write the end.
        usage = running.turn_usage()
        finishing = partial(_finish, has_failed=has_failed)
        final = await asyncio.shield(retry_while_unreachable(finishing, running, writer, end, usage))
        if running.learned is not None:
            owner = None if turn.endpoint.offered_id is not None else turn.user_id
            await asyncio.shield(retry_while_unreachable(store_learned, owner, turn.endpoint, running.learned))
        running.record(final or _LEFT)
    if final is _LEFT:
        # The final event of the turn that follows will be the reply's.
        resume_at = tools.resume_at if tools is not None else None
        await run_in_thread(_go_on_elsewhere, turn.user_id, turn.ids.message_id, resume_at)
    elif final is not None:
        yield writer.final_event(final)


def _seconds_of_process() -> float:
    """Seconds that this process may run a turn."""
    seconds = load(ChatSettings).turn_seconds
    left = seconds_left()
    # A function with a time limit of about the margin has to come forward, too.
    return seconds if left is None else min(seconds, max(left - _MARGIN_SECONDS, left / 2))


async def _events(running: RunningTurn, writer: ReplyWriter) -> AsyncGenerator[ChatEvent, None]:
    """The events of a turn but its final one."""
    turn = running.turn
    yield writer.start()
    if is_counted(turn.endpoint, turn.quota) and not turn.was_counted:
        await retry_while_unreachable(_count_run, turn.user_id, turn.quota)
    async with aclosing(_stream(running, writer)) as events:
        async for event in events:
            yield event
    if running.tools is not None and writer.is_stopped:
        for abandoned in await running.tools.abandon():
            yield abandoned


async def _stream(running: RunningTurn, writer: ReplyWriter) -> AsyncGenerator[ChatEvent, None]:
    """The events of the model's answers and of the calls between them."""
    tools = running.tools
    while True:
        if writer.is_heartbeat_due:
            await retry_while_unreachable(writer.check_stop)
        if tools is not None:
            async with aclosing(tools.proceed()) as steps:
                async for step in steps:
                    yield step
            if writer.is_stopped or tools.end is not None or time.monotonic() > running.deadline:
                break
            running.ask_model()
        assert running.call is not None
        async with aclosing(_write_groups(running.call.answer, writer, running.deadline)) as groups:
            async for event in groups:
                running.record_first_token(event)
                if running.turn.notices or not isinstance(event, Notice):
                    yield event
        outcome = running.call.answer.outcome
        if tools is None or writer.is_stopped or not isinstance(outcome, Finished) or not outcome.calls:
            break
        tools.take(outcome, running.call.reasoning)
        await running.end_answer()


async def _write_groups(answer: AnswerBuffer, writer: ReplyWriter, deadline: float) -> AsyncGenerator[ChatEvent, None]:
    """The events of the answer's groups as they become durable, until the answer ends, the turn is stopped, or
    `deadline` (time.monotonic) is past."""
    settings = load(ChatSettings)
    last_write = float("-inf")
    while answer.pieces or answer.outcome is None:
        if answer.outcome is None and time.monotonic() > deadline:
            return
        if answer.provider_wait is not None:
            wait_ahead, answer.provider_wait = answer.provider_wait, None
            yield writer.wait_notice(wait_ahead)
        if not answer.pieces:
            if not await answer.wait(settings.stop_poll_seconds):
                await retry_while_unreachable(writer.check_stop)
                if writer.is_stopped:
                    return
            continue
        wait = last_write + settings.group_seconds - time.monotonic()
        if wait > 0 and answer.outcome is None:
            await asyncio.sleep(wait)
        last_write = time.monotonic()
        event = await retry_while_unreachable(writer.append, *answer.take_group())
        if event is None:
            return
        yield event


def _end_of_turn(running: RunningTurn, writer: ReplyWriter) -> ReplyEnd:
    """The end of a turn that was not cancelled; `interrupted` where another process is to go on."""
    reason = running.tools.end if running.tools is not None else None
    if writer.is_stopped or reason == "stopped":
        return ReplyEnd("stopped")
    if reason == "waiting":
        return ReplyEnd("waiting")
    if running.call is None or running.call.answer.outcome is None:
        return ReplyEnd("interrupted")
    return _end_of(running.call.answer.outcome, has_text=bool(running.call.reply_text))


def _end_of(outcome: Finished | ProviderError, *, has_text: bool) -> ReplyEnd:
    """The end that an answer's outcome gives its reply. `has_text`: the reply has some."""
    if isinstance(outcome, EmptyReply) and has_text:
        # The reply that was to be continued was whole.
        return ReplyEnd("completed", outcome.finish_reason)
    if isinstance(outcome, ProviderError):
        error: dict[str, Any] = {"code": outcome.code, "message": outcome.message}
        facts = {"status": outcome.status, "retry_after": outcome.retry_after}
        error |= {name: value for name, value in facts.items() if value is not None}
        return ReplyEnd("failed", error=error)
    return ReplyEnd("completed", outcome.finish_reason)


def _finish(
    running: RunningTurn, writer: ReplyWriter, end: ReplyEnd, usage: TurnUsage, *, has_failed: bool
) -> ReplyEnd | None:
    """The end that the reply has now: _LEFT where another process is to go on, None where another turn has it."""
    turn, tools = running.turn, running.tools
    if end.status == "interrupted" and turn.can_be_taken_over:
        writer.release(tools.resume_at if tools is not None else None, end, usage, has_failed=has_failed)
        return _LEFT
    # The servers of users' own models are private.
    host = urlsplit(turn.endpoint.base_url).hostname if source_of(turn.endpoint) != OWN else None
    has_open_steps = tools is not None and tools.has_open_steps
    return writer.finish(end, usage, host or OWN, has_open_steps=has_open_steps)


def _go_on_elsewhere(user_id: str, message_id: str, resume_at: datetime | None) -> None:
    """Let another process take the reply over, not before `resume_at`."""
    if resume_at is None:
        hand_over(user_id, message_id)
    else:
        schedule_poll(user_id, message_id, resume_at)


def _count_run(user_id: str, quota: Quota) -> None:
    with transaction() as session:
        count_run(session, user_id, quota, utc_now())
