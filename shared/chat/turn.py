"""The write-before-send loop of a turn: stream the model's answer, make its tool calls, then end the reply.

An event is in the database before a client is sent it. Text is gathered into groups (the first is written at once,
the next after 100 ms); a group is written as a chunk and only then yielded. The statement that writes it also reads
whether the turn was asked to stop, on any instance.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from shared.chat.context import ChatMessage, estimate_tokens
from shared.chat.event_log import ReplyEnd
from shared.chat.events import ChatEvent, Notice
from shared.chat.held_calls import HeldCalls
from shared.chat.model_reader import AnswerBuffer, read_model
from shared.chat.overlap import OverlapFilter
from shared.chat.own_model import store_learned
from shared.chat.prepare import PreparedTurn
from shared.chat.quota import Quota, count_run, is_counted
from shared.chat.reply_writer import ReplyWriter
from shared.chat.task_polls import schedule_poll
from shared.chat.tool_loop import CALL_SECONDS, ToolLoop
from shared.chat.tool_messages import text_after_steps
from shared.chat.usage import OWN, source_of, turn_usage
from shared.chat.worker import hand_over
from shared.config import ChatSettings, load
from shared.db.models.message import Status
from shared.db.repositories.usage import TurnUsage
from shared.db.retry import retry_while_unreachable
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.deadline import seconds_left
from shared.llm.answer import Finished, Source, Usage
from shared.llm.errors import EmptyReply, ProviderError
from shared.llm.learned import Learned
from shared.llm.tokens import estimate_text_tokens
from shared.metrics import record
from shared.threads import run_in_thread

# Of text and reasoning. At four bytes each it fits a row and one packet to the database (MEDIUMTEXT and MariaDB's
# max_allowed_packet: 16 MB).
MAX_REPLY_CHARACTERS = 2_000_000
# Before the platform ends the process, a turn is left to another one.
_MARGIN_SECONDS = 60.0


async def run_turn(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    """The events of a turn, from `started` to `completed`, `failed` or `waiting`, each durable before it is yielded.

    Cancelling or closing it leaves the reply to another process, as does a turn that takes longer than `turn_seconds`
    or nears the end of its process (shared.deadline); where none can go on (`can_be_taken_over`), the reply ends as
    `interrupted`. Raises sqlalchemy.exc.DBAPIError when the database stays away for longer than
    `database_retry_seconds`.
    """
    writer = ReplyWriter(turn.user_id, turn.turn_id, turn.ids, turn.log)
    tools = ToolLoop(turn, writer) if turn.tools else None
    course = _Course(turn, tools)
    if tools is None:  # The model thinks while `started` is sent.
        course.asked = _ModelCall(turn, turn.messages)
    end = course.end("interrupted")
    try:
        yield writer.start()
        if is_counted(turn.endpoint, turn.quota) and not turn.is_recovery:
            await retry_while_unreachable(_count_run, turn.user_id, turn.quota)
        async with aclosing(_stream(turn, course, writer)) as events:
            async for event in events:
                yield event
        if tools is not None and writer.is_stopped:
            for abandoned in await tools.abandon():
                yield abandoned
        end = _end_of_turn(course, writer)
        if end.status == "waiting" and tools is not None:
            writer.wait_for(tools.waiting_for)
    finally:
        await course.close()
        # Also when this task is being cancelled: a function that is shut down has a moment to write the end.
        usage = course.turn_usage()
        resume_at = None if tools is None else tools.resume_at
        has_open_steps = tools is not None and tools.has_open_steps
        finishing = retry_while_unreachable(_finish, turn, writer, end, usage, resume_at, has_open_steps)
        final = await asyncio.shield(finishing)
        if course.learned is not None:
            await asyncio.shield(retry_while_unreachable(store_learned, turn.user_id, turn.endpoint, course.learned))
        _record_turn(turn, course, final)
    if final.status != "streaming":
        yield writer.final_event(final)
    # Another turn follows, and its final event will be the reply's.
    elif resume_at is None:
        await run_in_thread(hand_over, turn.user_id, turn.ids.message_id)
    else:
        await run_in_thread(schedule_poll, turn.user_id, turn.ids.message_id, resume_at)


def _seconds_of_process() -> float:
    """For how long this process may run a turn."""
    seconds = load(ChatSettings).turn_seconds
    left = seconds_left()
    # A function with a time limit of about the margin has to come forward, too.
    return seconds if left is None else min(seconds, max(left - _MARGIN_SECONDS, left / 2))


async def _stream(turn: PreparedTurn, course: "_Course", writer: ReplyWriter) -> AsyncGenerator[ChatEvent, None]:
    """The events of the model's answers and of the calls between them."""
    tools = course.tools
    seconds = _seconds_of_process() if turn.can_be_taken_over else math.inf
    deadline = time.monotonic() + seconds
    if tools is not None:
        # A call that this process might not see the end of would be one that may have run.
        tools.calls_until = deadline - min(CALL_SECONDS - _MARGIN_SECONDS, seconds / 2)
        tools.held = HeldCalls(tools.calls_until)
    while True:
        if tools is not None:
            async with aclosing(tools.proceed()) as steps:
                async for step in steps:
                    yield step
            if writer.is_stopped or tools.end is not None or time.monotonic() > deadline:
                break
            course.asked = _ModelCall(turn, tools.messages(), tools)
        assert course.asked is not None
        async with aclosing(_write_groups(course.asked.answer, writer, deadline)) as groups:
            async for event in groups:
                course.record_first_token(event)
                if turn.notices or not isinstance(event, Notice):
                    yield event
        outcome = course.asked.answer.outcome
        if tools is None or writer.is_stopped or not isinstance(outcome, Finished) or not outcome.calls:
            break
        tools.take(outcome, course.asked.reasoning)
        await course.end_answer(outcome)


class _ModelCall:
    """One request to the model, which a task of its own reads into `answer`."""

    def __init__(self, turn: PreparedTurn, messages: Sequence[ChatMessage], tools: ToolLoop | None = None) -> None:
        text = turn.log.text
        if tools is not None:
            text = text_after_steps(text, tools.steps)
        # The text of another answer of the model is another paragraph.
        is_new_answer = tools is not None and bool(turn.log.text) and not text.strip()
        self.answer = AnswerBuffer(overlap=OverlapFilter(text), separator="\n\n" if is_new_answer else "")
        self._log = turn.log
        self._messages = messages
        self._project_tokens = turn.files.project_tokens
        self._text_before = len(turn.log.text)
        self._reasoning_before = len(turn.log.reasoning) if tools is not None else 0
        room = MAX_REPLY_CHARACTERS - turn.log.characters
        definitions = tools.definitions() if tools is not None else ()
        self._reader = asyncio.create_task(
            read_model(
                turn.endpoint,
                messages,
                turn.newest_images,
                room,
                self.answer,
                turn.user_id,
                turn.files,
                definitions,
                continues=bool(text.strip()),
                # A prefix would go after the model's reasoning, which the model is not given.
                may_prefix=not turn.log.reasoning,
            )
        )

    @property
    def reply_text(self) -> str:
        """The text of the reply, so far."""
        return self._log.text

    @property
    def reasoning(self) -> str:
        """The reasoning of this answer."""
        return self._log.reasoning[self._reasoning_before :]

    def estimate(self) -> Mapping[str, int]:
        """The estimated tokens of the answer so far; empty if it has no character yet."""
        text = self._log.text[self._text_before :] + self.reasoning
        if not text:
            return {}
        prompt = self._project_tokens + sum(_estimated_tokens(message) for message in self._messages)
        return {"prompt_tokens": prompt, "completion_tokens": estimate_text_tokens(text)}

    async def hang_up(self) -> None:
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader


class _Course:
    """The sums of a turn over its model calls: usage, details, metrics."""

    def __init__(self, turn: PreparedTurn, tools: ToolLoop | None) -> None:
        self.tools = tools
        # The model call whose answer is being read, or was read last.
        self.asked: _ModelCall | None = None
        self._turn = turn
        self._started_at = time.perf_counter()
        self.usage = turn.usage
        # Not of the turns that this one continues.
        self.own_usage: Mapping[str, int] | None = None
        self.learned: Learned | None = None
        self.first_token_ms: int | None = None
        # Of answers whose usage the provider did not report.
        self._estimated: Counter[str] = Counter()
        self._omitted: dict[str, bool] = {}
        self._sources: tuple[Source, ...] = ()

    def record_first_token(self, event: ChatEvent) -> None:
        if self.first_token_ms is None and not isinstance(event, Notice):
            self.first_token_ms = self.milliseconds()

    def milliseconds(self) -> int:
        return round((time.perf_counter() - self._started_at) * 1000)

    async def end_answer(self, outcome: Finished) -> None:
        """Add an answer that ended in calls, and end its request."""
        self.add(outcome)
        await self._hang_up()
        self.asked = None

    async def close(self) -> None:
        await self._hang_up()
        if self.tools is not None:
            await self.tools.aclose()

    async def _hang_up(self) -> None:
        self._estimate()
        if self.asked is not None:
            await self.asked.hang_up()
            self.learned = self.asked.answer.learned or self.learned

    def add(self, outcome: Finished) -> None:
        """Add an answer that has ended."""
        self.usage = _sum_usage(self.usage, outcome.usage)
        self.own_usage = _sum_usage(self.own_usage, outcome.usage)
        self._sources += outcome.sources
        flags = {"images_omitted": outcome.images_omitted, "tools_omitted": outcome.tools_omitted}
        self._omitted |= {name: True for name, value in flags.items() if value}

    def turn_usage(self) -> TurnUsage:
        """The use of the model by this turn, after its end."""
        tokens = Counter(self.own_usage or {}) + self._estimated
        # A turn that another process began, or that goes on after a step, was counted before.
        turns = 0 if self._turn.is_recovery or self._turn.steps else 1
        return turn_usage(self._turn.endpoint, tokens, turns, utc_now())

    def _estimate(self) -> None:
        """Estimate the tokens of an answer with a price that ends without the provider's report, such as one that was
        stopped."""
        if self.asked is None or self._turn.endpoint.prices is None:
            return
        outcome = self.asked.answer.outcome
        if not isinstance(outcome, Finished) or outcome.usage is None:
            self._estimated.update(self.asked.estimate())

    def end(self, status: Status, finish_reason: str | None = None, error: Mapping[str, Any] | None = None) -> ReplyEnd:
        return ReplyEnd(status, finish_reason, self.usage, error, self._details())

    def _details(self) -> dict[str, Any] | None:
        details = {**(self._turn.details or {}), **self._omitted}
        known = self.tools.sources() if self.tools is not None else details.get("sources", [])
        # Those of the turns that this one continues keep their numbers.
        urls = {source["url"] for source in known}
        new = list({source.url: source for source in self._sources if source.url not in urls}.values())
        first = max((source["n"] for source in known), default=0) + 1
        found = known + [
            {"n": n, "title": source.title or urlsplit(source.url).hostname or source.url, "url": source.url}
            for n, source in enumerate(new, start=first)
        ]
        if found:
            details["sources"] = found
        if self.tools is not None and self.tools.problems:
            details["tool_problems"] = list(self.tools.problems)
        if self._turn.files.excerpts:
            details["file_excerpts"] = self._turn.files.excerpts
        return details or None


async def _write_groups(answer: AnswerBuffer, writer: ReplyWriter, deadline: float) -> AsyncGenerator[ChatEvent, None]:
    """The events of the answer's groups as they become durable, until the answer ends, the turn is stopped, or
    `deadline` (time.monotonic) is past."""
    settings = load(ChatSettings)
    last_write = float("-inf")
    last_heartbeat = time.monotonic()
    while answer.pieces or answer.outcome is None:
        if answer.outcome is None and time.monotonic() > deadline:
            return
        if answer.provider_wait is not None:
            wait_ahead, answer.provider_wait = answer.provider_wait, None
            yield writer.wait_notice(wait_ahead)
        if not answer.pieces:
            if not await answer.wait(settings.stop_poll_seconds):
                heartbeat_due = time.monotonic() - last_heartbeat >= settings.heartbeat_seconds
                if heartbeat_due:
                    last_heartbeat = time.monotonic()
                await retry_while_unreachable(writer.check_stop, heartbeat_due)
                if writer.is_stopped:
                    return
            continue
        wait = last_write + settings.group_seconds - time.monotonic()
        if wait > 0 and answer.outcome is None:
            await asyncio.sleep(wait)
        last_write = last_heartbeat = time.monotonic()
        event = await retry_while_unreachable(writer.append, *answer.take_group())
        if event is None:
            return
        yield event


def _end_of_turn(course: _Course, writer: ReplyWriter) -> ReplyEnd:
    """The end of a turn that was not cancelled; `interrupted` where another process is to go on."""
    reason = course.tools.end if course.tools is not None else None
    if writer.is_stopped or reason == "stopped":
        return course.end("stopped")
    if reason == "waiting":
        return course.end("waiting")
    if course.asked is None or course.asked.answer.outcome is None:
        return course.end("interrupted")
    return _end_of(course.asked.answer.outcome, course, has_text=bool(course.asked.reply_text))


def _end_of(outcome: Finished | ProviderError, course: _Course, *, has_text: bool) -> ReplyEnd:
    """The end that an answer's outcome gives its reply. `has_text`: the reply has some."""
    if isinstance(outcome, EmptyReply) and has_text:
        # The reply that was to be continued was whole.
        outcome = Finished(outcome.finish_reason)
    if isinstance(outcome, ProviderError):
        error: dict[str, Any] = {"code": outcome.code, "message": outcome.message}
        facts = {"status": outcome.status, "retry_after": outcome.retry_after}
        return course.end("failed", error=error | {name: value for name, value in facts.items() if value is not None})
    course.add(outcome)
    return course.end("completed", outcome.finish_reason)


def _estimated_tokens(message: ChatMessage) -> int:
    """An estimate of the tokens in a message for a model."""
    content = message.get("content") or ""
    return estimate_text_tokens(content) if isinstance(content, str) else estimate_tokens(content)


def _sum_usage(before: Mapping[str, int] | None, usage: Usage | None) -> Mapping[str, int] | None:
    """The usage of a reply. `before`: of the turns that this one continues."""
    if usage is None:
        return before
    counts = {name: count for name, count in vars(usage).items() if count is not None}
    return counts if before is None else {**before, **{name: before.get(name, 0) + counts[name] for name in counts}}


def _finish(
    turn: PreparedTurn,
    writer: ReplyWriter,
    end: ReplyEnd,
    usage: TurnUsage,
    resume_at: datetime | None,
    has_open_steps: bool,
) -> ReplyEnd:
    if end.status == "interrupted" and turn.can_be_taken_over:
        writer.release(resume_at, usage)
        return ReplyEnd("streaming")
    # The servers of users' own models are private.
    host = urlsplit(turn.endpoint.base_url).hostname if source_of(turn.endpoint) != OWN else None
    return writer.finish(end, usage, host or OWN, has_open_steps=has_open_steps)


def _count_run(user_id: str, quota: Quota) -> None:
    with transaction() as session:
        count_run(session, user_id, quota, utc_now())


def _record_turn(turn: PreparedTurn, course: _Course, end: ReplyEnd) -> None:
    """Log the turn's metrics. The server of a user's own model is not among them: it is private."""
    # Not the usage of `end`, which includes the turns that this one continues.
    usage = course.own_usage or {}
    record(
        "turn",
        turns=1,
        failed_turns=int(end.status == "failed"),
        first_token_ms=course.first_token_ms,
        duration_ms=course.milliseconds(),
        prompt_tokens=usage.get("prompt_tokens"),
        completion_tokens=usage.get("completion_tokens"),
        status=end.status,
        error_code=(end.error or {}).get("code"),
        model_host=urlsplit(turn.endpoint.base_url).hostname if turn.endpoint.is_operators else None,
        conversation_id=turn.ids.conversation_id,
        message_id=turn.ids.message_id,
    )
