"""The tool calls of a turn: each is a step, written before its call leaves and again after it (decision 0026).

A call that may have run is not sent twice: a step that is found `running`, whose process died, is repeated only if its
tool is read-only or idempotent; otherwise the user is asked.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from shared.chat.context import ChatMessage
from shared.chat.events import LoggedEvent
from shared.chat.held_calls import HeldCalls
from shared.chat.offered_tools import Offered, OfferedTools, offer_tools
from shared.chat.prepare import PreparedTurn
from shared.chat.reply_writer import ReplyWriter
from shared.chat.sources import list_sources, number_sources
from shared.chat.steps import (
    END_COLUMNS,
    MAX_RESULT,
    ask_for_input,
    ask_to_repeat,
    end_step,
    found_names,
    is_over_limit,
    limit_step,
    needs_answer,
    new_step,
    steps_left,
    stored_task,
)
from shared.chat.tool_messages import messages_of_reply
from shared.config import ChatSettings, load
from shared.db.models import MessageStep
from shared.db.retry import retry_while_unreachable
from shared.db.types import utc_now
from shared.ids import new_id
from shared.llm.answer import Finished, ToolCall
from shared.logging import fields
from shared.storage import get_object_store
from shared.storage.images import image_prefix
from shared.storage.object_store import ObjectStoreUnavailable
from shared.threads import run_in_thread
from shared.tools.tool import (
    CALL_SECONDS,
    InputAnswer,
    InputRequired,
    TaskPending,
    ToolContext,
    ToolOutcome,
    ToolResult,
)

_log = logging.getLogger(__name__)

# A server's task that is to be polled later than this is left to another process, as is every task near the end of one.
_MAX_TASK_WAIT = timedelta(seconds=10)
_MAX_REASONING = 100_000
# Interval at which the answer to a question of a held call is read.
_ANSWER_POLL_SECONDS = 1.0

_Event = LoggedEvent | None
# The reason not to ask the model again: the user has to answer (`waiting`) or did not let the reply go on (`stopped`),
# a server works on its own (`task`), or this process nears its end (`deadline`).
LoopEnd = Literal["waiting", "stopped", "task", "deadline"]


@dataclass(frozen=True)
class _Run:
    """A step whose call is to be sent. `input`: the user's answer to what the call asked for before."""

    step: MessageStep
    offered: Offered
    input: InputAnswer | None = None

    @property
    def is_read_only(self) -> bool:
        return self.offered.tool.read_only


class ToolLoop:
    """The steps of one turn. Use: `proceed`, then ask the model with `messages` and `definitions`, then `take` its
    calls, and so on, while `end` is None."""

    def __init__(self, turn: PreparedTurn, writer: ReplyWriter, calls_until: float) -> None:
        """`calls_until`: after this moment of time.monotonic no call is begun and no task polled again: another process
        does it."""
        self.steps = list(turn.steps)
        self.end: LoopEnd | None = None
        self.resume_at: datetime | None = None
        self._turn = turn
        self._writer = writer
        self._calls_until = calls_until
        self._held = HeldCalls(calls_until)
        self._calls: Sequence[ToolCall] = ()
        self._round_extra: dict[str, Any] | None = None
        self._tools: OfferedTools | None = None
        self._answers_read_at = time.monotonic()

    @property
    def problems(self) -> Sequence[str]:
        return self._tools.problems if self._tools is not None else ()

    @property
    def has_open_steps(self) -> bool:
        return any(step.ended_at is None for step in self.steps)

    @property
    def waiting_for(self) -> Sequence[int]:
        """The steps that need an answer of the user."""
        return [step.n for step in self.steps if needs_answer(step)]

    def take(self, outcome: Finished, reasoning: str) -> None:
        """The calls of the model's answer, which the next `proceed` makes."""
        self._calls = outcome.calls
        returned = reasoning[:_MAX_REASONING] if outcome.returns_reasoning else ""
        self._round_extra = {"message": {"reasoning_content": returned}} if returned else None

    def messages(self) -> list[ChatMessage]:
        """The input of the next model call: the context, and the reply so far."""
        return [*self._turn.messages, *messages_of_reply(self._turn.log.text, self.steps, is_current=True)]

    def definitions(self) -> Sequence[Mapping[str, Any]]:
        """The tools to offer, in OpenAI's format."""
        return self._tools.definitions(found_names(self.steps)) if self._tools is not None else ()

    async def proceed(self) -> AsyncGenerator[LoggedEvent, None]:
        """Make the calls that are due, and set `end` where the turn cannot go on by itself.

        Due are those of the model's answer, and those of earlier processes that died or waited.
        """
        if self._tools is None:
            self._tools = await self._list_tools()
        if self._tools is None:
            return
        async for event in self._settle():
            yield event
        if self.end is not None:
            return
        calls, self._calls = self._calls, ()
        async for event in self._make(calls):
            yield event
        if self._writer.is_stopped or self.end is not None:
            return
        if self.waiting_for:
            self.end = "waiting"
        elif any(step.task is not None and step.ended_at is None for step in self.steps):
            self.end = "task"
        elif is_over_limit(self.steps) and (question := await self._ask_to_go_on()) is not None:
            self.end = "waiting"
            yield question

    async def _list_tools(self) -> OfferedTools | None:
        """The tools that the turn asked for; None when it was stopped meanwhile."""
        context = ToolContext(self._turn.user_id, self._turn.ids.conversation_id, self._turn.ids.message_id)
        listing = asyncio.ensure_future(offer_tools(context, self._turn.tools))
        try:
            await self._attend([listing])
        finally:
            if not listing.done():
                listing.cancel()
        return None if self._writer.is_stopped else listing.result()

    async def abandon(self) -> Sequence[LoggedEvent]:
        """End the steps of a turn that was stopped."""
        events = []
        for step in self.steps:
            if step.ended_at is None:
                end_step(step, "failed", "The user stopped the reply.", "Stopped")
                event = await retry_while_unreachable(self._writer.change_step, step, *END_COLUMNS)
                events += [event] if event is not None else []
        return events

    async def aclose(self) -> None:
        if self._tools is not None:
            await self._tools.aclose()

    async def _settle(self) -> AsyncGenerator[LoggedEvent, None]:
        """The steps of earlier processes: make those that are due, ask about those that may have run."""
        due: list[_Run] = []
        for step in [step for step in self.steps if step.ended_at is None]:
            run, changed = await self._decide(step)
            if run is not None:
                due.append(run)
            elif changed and (change := await self._changed(step, "ask", "answer", *END_COLUMNS)) is not None:
                yield change
        async for event in self._run_all(due, is_new=False):
            yield event

    async def _decide(self, step: MessageStep) -> tuple[_Run | None, bool]:
        """The next state of an open step: its call is due, or it changed, or it still waits."""
        offered = self._find(step)
        if step.state == "running" or (step.ask or {}).get("is_held"):
            if offered is not None and (step.task is not None or _may_repeat(offered)):
                return _Run(step, offered), False
            ask_to_repeat(step)
            return None, True
        if step.answer is None or step.ask is None:
            return None, False
        return await self._apply_answer(step, step.ask, step.answer, offered)

    async def _apply_answer(
        self, step: MessageStep, ask: Mapping[str, Any], answer: Mapping[str, Any], offered: Offered | None
    ) -> tuple[_Run | None, bool]:
        kind, is_allowed = ask["kind"], answer["decision"] != "deny"
        if kind == "limit":
            end_step(step, "done" if is_allowed else "denied", "", None)
            self.end = None if is_allowed else "stopped"
            return None, True
        if kind == "unknown" and not is_allowed:
            end_step(step, "unknown", step.result or "", None)
            return None, True
        if kind == "approve" and not is_allowed:
            reason = f" The reason: {answer['reason']}" if answer.get("reason") else ""
            end_step(step, "denied", f"The user did not allow this call.{reason}", None)
            return None, True
        if offered is None:
            end_step(step, "failed", "This tool is not available any more.", None)
            return None, True
        if answer["decision"] == "allow_always":
            await offered.provider.allow_always(offered.tool)
        if answer.get("arguments") is not None:
            step.arguments = answer["arguments"]
        given = None
        if kind in ("form", "login"):
            given = InputAnswer(accepted=is_allowed, form=answer.get("form"), state=ask.get("state"))
        return _Run(step, offered, given), False

    async def _make(self, calls: Sequence[ToolCall]) -> AsyncGenerator[LoggedEvent, None]:
        """Make the calls of one answer: the read-only ones together, then the others one after another, and last those
        that the user is asked about."""
        assert self._tools is not None
        runs: list[_Run] = []
        others: list[MessageStep] = []
        for call in calls[: steps_left(self.steps)]:
            step, offered = new_step(self._turn, self.steps, call, self._tools, self._round_extra)
            if step.state == "running" and offered is not None:
                runs.append(_Run(step, offered))
            else:
                others.append(step)
        async for event in self._run_all(runs, is_new=True):
            yield event
        if self.end is not None:
            return
        for step in others:
            if self._writer.is_stopped:
                return
            if (started := await self._start_step(step)) is not None:
                yield started

    async def _run_all(self, runs: Sequence[_Run], *, is_new: bool) -> AsyncGenerator[LoggedEvent, None]:
        together = [run for run in runs if run.is_read_only]
        for batch in [together, *([run] for run in runs if not run.is_read_only)]:
            if batch and time.monotonic() > self._calls_until:
                self.end = "deadline"
                return
            if batch and not self._writer.is_stopped:
                async for event in self._run(batch, is_new=is_new):
                    yield event

    async def _run(self, batch: Sequence[_Run], *, is_new: bool) -> AsyncGenerator[LoggedEvent, None]:
        """Make calls at the same time. Cancelling leaves the steps as they are."""
        pending: dict[asyncio.Future[ToolOutcome], MessageStep] = {}
        try:
            for run in batch:
                is_poll = run.step.task is not None and run.input is None
                if not is_poll and (event := await self._sent(run.step, is_new=is_new)) is not None:
                    yield event
                if self._writer.is_stopped:
                    return
                pending[asyncio.ensure_future(self._call(run))] = run.step
            while pending:
                for task in await self._attend(pending):
                    step = pending.pop(task)
                    if (event := await self._store(step, task.result())) is not None:
                        yield event
                for event in await self._exchange_questions():
                    yield event
                if self._writer.is_stopped:
                    return
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _exchange_questions(self) -> Sequence[LoggedEvent]:
        """Show the questions of calls that are held open, and pass the answers on."""
        changed: list[MessageStep] = []
        for asked in self._held.take():
            ask_for_input(asked.step, asked.question, is_held=True)
            changed.append(asked.step)
        is_due = time.monotonic() - self._answers_read_at >= _ANSWER_POLL_SECONDS
        if not changed and is_due and self._held.open_steps:
            self._answers_read_at = time.monotonic()
            answers = await retry_while_unreachable(self._writer.read_answers, self._held.open_steps)
            for n, stored in answers.items():
                if (answered := self._held.answer(n, stored)) is not None:
                    answered.state, answered.answer = "running", dict(stored)
                    changed.append(answered)
        events = [await self._changed(step, "ask", "answer") for step in changed]
        return [event for event in events if event is not None]

    async def _sent(self, step: MessageStep, *, is_new: bool) -> _Event:
        """Write that a call is about to be sent."""
        step.attempts += 1
        if is_new:
            return await self._start_step(step)
        step.state = "running"
        return await self._changed(step, "attempts", "arguments")

    async def _call(self, run: _Run) -> ToolOutcome:
        offered, step = run.offered, run.step
        assert isinstance(step.arguments, dict)
        ask_user = partial(self._held.ask, step)
        if step.task is not None:
            await asyncio.sleep(_seconds_until(step.task["poll_at"]))
            called = offered.provider.poll(offered.tool, step.task["handle"], run.input, ask_user)
        else:
            key = f"{step.message_id}:{step.n}"
            called = offered.provider.call(offered.tool, step.arguments, run.input, key, ask_user)
        while True:
            outcome = await _in_time(called, partial(self._held.seconds, step))
            if not isinstance(outcome, TaskPending) or outcome.poll_at - utc_now() > _MAX_TASK_WAIT:
                return outcome
            if time.monotonic() > self._calls_until:
                return outcome
            step.task = stored_task(outcome)
            await retry_while_unreachable(self._writer.store_task, step)
            await asyncio.sleep(_seconds_until(step.task["poll_at"]))
            called = offered.provider.poll(offered.tool, outcome.handle, None, ask_user)

    async def _store(self, step: MessageStep, outcome: ToolOutcome) -> _Event:
        if isinstance(outcome, TaskPending):
            step.task = stored_task(outcome)
            self.resume_at = min(filter(None, (self.resume_at, outcome.poll_at)))
            await retry_while_unreachable(self._writer.store_task, step)
            return None
        if isinstance(outcome, InputRequired):
            # A task stays: the answer goes with its next poll.
            ask_for_input(step, outcome, is_held=False)
            return await self._changed(step, "ask", "answer")
        step.task = None
        end_step(step, "failed" if outcome.is_error else "done", outcome.text, outcome.preview)
        if len(outcome.text) > MAX_RESULT:
            step.result_key = await self._store_whole(outcome.text)
        known = list_sources(self._turn.details, self.steps)
        step.sources = number_sources(known, outcome.sources) or None
        step.objects = [vars(found) for found in outcome.objects] or None
        return await self._changed(step, "task", *END_COLUMNS)

    async def _store_whole(self, result: str) -> str | None:
        """Store a result that is too long for its row under the conversation's prefix, with which it is deleted; the
        key of its object, None where the store fails."""
        key = f"{image_prefix(self._turn.user_id, self._turn.ids.conversation_id)}{new_id()}.txt"
        put = get_object_store().put
        storing = asyncio.ensure_future(run_in_thread(put, key, result.encode(), "text/plain; charset=utf-8"))
        try:
            while not storing.done():
                await self._attend([storing])
            storing.result()
        except ObjectStoreUnavailable:
            _log.warning("a result was not stored", extra=fields(message_id=self._turn.ids.message_id))
            return None
        finally:
            storing.cancel()
        return key

    def _find(self, step: MessageStep) -> Offered | None:
        assert self._tools is not None
        return self._tools.find_own(step.tool, step.server_id) if isinstance(step.arguments, dict) else None

    async def _ask_to_go_on(self) -> _Event:
        step = limit_step(self._turn, self.steps)
        return await self._start_step(step)

    async def _start_step(self, step: MessageStep) -> _Event:
        step.n = len(self.steps) + 1
        event = await retry_while_unreachable(self._writer.start_step, step)
        if event is not None:
            self.steps.append(step)
        return event

    async def _changed(self, step: MessageStep, *names: str) -> _Event:
        return await retry_while_unreachable(self._writer.change_step, step, *dict.fromkeys(names))

    async def _attend(self, pending: "Sequence[asyncio.Future[Any]] | Mapping[asyncio.Future[Any], Any]") -> Any:
        """Wait until one of these is done, with heartbeats, or until the turn is stopped."""
        settings = load(ChatSettings)
        while True:
            # Calls that end at once, one after another, would leave no moment for a heartbeat.
            if self._writer.is_heartbeat_due:
                await retry_while_unreachable(self._writer.check_stop)
            done, _ = await asyncio.wait(
                pending, timeout=settings.stop_poll_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if done or self._held.has_asked:
                return done
            await retry_while_unreachable(self._writer.check_stop)
            if self._writer.is_stopped or self._held.open_steps:
                return done


async def _in_time(called: Coroutine[Any, Any, ToolOutcome], held_seconds: Callable[[], float]) -> ToolOutcome:
    """The outcome of a call, which has CALL_SECONDS besides those in which it was held open for the user."""
    call = asyncio.ensure_future(called)
    started_at = time.monotonic()
    try:
        while (left := CALL_SECONDS + held_seconds() - (time.monotonic() - started_at)) > 0:
            if (await asyncio.wait({call}, timeout=left))[0]:
                return call.result()
        return ToolResult(f"The tool did not answer within {CALL_SECONDS} seconds.", is_error=True)
    except Exception as error:  # noqa: BLE001 - an edge: a tool that fails ends its step, not the turn
        _log.exception("a tool call failed", extra=fields(error=type(error).__name__))
        return ToolResult("The tool failed.", is_error=True)
    finally:
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)


def _may_repeat(offered: Offered) -> bool:
    return offered.tool.read_only or offered.tool.idempotent


def _seconds_until(moment: str) -> float:
    return max(0.0, (datetime.fromisoformat(moment) - utc_now()).total_seconds())
