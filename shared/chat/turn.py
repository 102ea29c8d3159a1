"""The write-before-send loop of a turn: stream the model's answer, then end the reply.

An event is in the database before a client is sent it. Text is gathered into groups (the first is written at once,
the next after 100 ms); a group is written as a chunk and only then yielded. The statement that writes it also reads
whether the turn was asked to stop, on any instance.
"""

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import urlsplit

from shared.chat.event_log import ReplyEnd, ReplyIds
from shared.chat.events import ChatEvent, Notice
from shared.chat.model_reader import AnswerBuffer, read_model
from shared.chat.overlap import OverlapFilter
from shared.chat.own_model import store_learned
from shared.chat.prepare import PreparedTurn
from shared.chat.quota import count_run, is_counted
from shared.chat.reply_writer import ReplyWriter
from shared.config import ChatSettings, load
from shared.db.retry import retry_while_unreachable
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.llm.answer import Finished, Usage
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import EmptyReply, ProviderError
from shared.metrics import record

# Of text and reasoning. At four bytes each it fits a row and one packet to the database (MEDIUMTEXT and MariaDB's
# max_allowed_packet: 16 MB).
MAX_REPLY_CHARACTERS = 2_000_000


async def run_turn(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    """The events of a turn, from `started` to `completed` or `failed`, each durable before it is yielded.

    Cancelling or closing it leaves the reply to another process, as does a turn that takes longer than `turn_seconds`;
    where none can go on (`can_be_taken_over`), the reply ends as `interrupted`. Raises sqlalchemy.exc.DBAPIError when
    the database stays away for longer than `database_retry_seconds`.
    """
    writer = ReplyWriter(turn.user_id, turn.turn_id, turn.ids, turn.log)
    answer = AnswerBuffer(overlap=OverlapFilter(turn.log.text))
    room = MAX_REPLY_CHARACTERS - turn.log.characters
    started_at = time.perf_counter()
    reader = asyncio.create_task(read_model(turn.endpoint, turn.messages, turn.newest_images, room, answer))
    end = ReplyEnd("interrupted", usage=turn.usage, details=turn.details)
    first_token_ms: int | None = None
    try:
        yield writer.start()
        if is_counted(turn.endpoint) and not turn.is_recovery:  # The model is thinking meanwhile.
            await retry_while_unreachable(_count_run, turn.user_id)
        seconds = load(ChatSettings).turn_seconds if turn.can_be_taken_over else math.inf
        async with aclosing(_write_groups(answer, writer, seconds)) as events:
            async for event in events:
                if isinstance(event, Notice):
                    if turn.notices:
                        yield event
                    continue
                if first_token_ms is None:
                    first_token_ms = _ms_since(started_at)
                yield event
        if writer.is_stopped or answer.outcome is not None:
            end = _end_of(None if writer.is_stopped else answer.outcome, turn)
    finally:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
        # Also when this task is being cancelled: a function that is shut down has a moment to write the end.
        final = await asyncio.shield(retry_while_unreachable(_finish, writer, end, turn.can_be_taken_over))
        if answer.learned is not None:
            await asyncio.shield(retry_while_unreachable(store_learned, turn.user_id, turn.endpoint, answer.learned))
        _record_turn(turn.ids, turn.endpoint, answer.outcome, final, first_token_ms, _ms_since(started_at))
    # Streaming: another turn follows, and its final event will be the reply's.
    if final.status != "streaming":
        yield writer.final_event(final)


async def _write_groups(
    answer: AnswerBuffer, writer: ReplyWriter, max_seconds: float
) -> AsyncGenerator[ChatEvent, None]:
    """The events of the answer's groups as they become durable, until the answer ends, the turn is stopped, or its time
    is over."""
    settings = load(ChatSettings)
    deadline = time.monotonic() + max_seconds
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


def _end_of(outcome: Finished | ProviderError | None, turn: PreparedTurn) -> ReplyEnd:
    """The end that an answer's outcome gives its reply; None: the turn was stopped."""
    if outcome is None:
        return ReplyEnd("stopped", usage=turn.usage, details=turn.details)
    if isinstance(outcome, EmptyReply) and turn.log.text:
        # The reply that was to be continued was whole.
        outcome = Finished(outcome.finish_reason)
    if isinstance(outcome, ProviderError):
        error: dict[str, Any] = {"code": outcome.code, "message": outcome.message}
        facts = {"status": outcome.status, "retry_after": outcome.retry_after}
        error |= {name: value for name, value in facts.items() if value is not None}
        return ReplyEnd("failed", usage=turn.usage, error=error, details=turn.details)
    usage = _sum_usage(turn.usage, outcome.usage)
    return ReplyEnd("completed", outcome.finish_reason, usage, details=_details(turn, outcome))


def _sum_usage(before: Mapping[str, int] | None, usage: Usage | None) -> Mapping[str, int] | None:
    """The usage of a reply. `before`: of the turns that this one continues."""
    if usage is None:
        return before
    counts = {name: count for name, count in vars(usage).items() if count is not None}
    return counts if before is None else {**before, **{name: before.get(name, 0) + counts[name] for name in counts}}


def _details(turn: PreparedTurn, outcome: Finished) -> dict[str, Any] | None:
    details = dict(turn.details or {})
    if outcome.sources:
        # Those of the turns that this one continues keep their numbers.
        known = details.get("sources", [])
        urls = {source["url"] for source in known}
        new = [source for source in outcome.sources if source.url not in urls]
        details["sources"] = known + [
            {"n": n, "title": source.title or urlsplit(source.url).hostname or source.url, "url": source.url}
            for n, source in enumerate(new, start=len(known) + 1)
        ]
    if outcome.images_omitted:
        details["images_omitted"] = True
    return details or None


def _finish(writer: ReplyWriter, end: ReplyEnd, can_be_taken_over: bool) -> ReplyEnd:
    if end.status == "interrupted" and can_be_taken_over:
        writer.release()
        return ReplyEnd("streaming")
    return writer.finish(end)


def _count_run(user_id: str) -> None:
    with transaction() as session:
        count_run(session, user_id, utc_now())


def _ms_since(started_at: float) -> int:
    return round((time.perf_counter() - started_at) * 1000)


def _record_turn(
    ids: ReplyIds,
    endpoint: ModelEndpoint,
    outcome: Finished | ProviderError | None,
    end: ReplyEnd,
    first_token_ms: int | None,
    duration_ms: int,
) -> None:
    """Log the turn's metrics. The server of a user's own model is not among them: it is private."""
    # Not the usage of `end`, which includes the turns that this one continues.
    usage = outcome.usage if isinstance(outcome, Finished) else None
    record(
        "turn",
        turns=1,
        failed_turns=int(end.status == "failed"),
        first_token_ms=first_token_ms,
        duration_ms=duration_ms,
        prompt_tokens=usage and usage.prompt_tokens,
        completion_tokens=usage and usage.completion_tokens,
        status=end.status,
        error_code=(end.error or {}).get("code"),
        model_host=urlsplit(endpoint.base_url).hostname if endpoint.is_default else None,
        conversation_id=ids.conversation_id,
        message_id=ids.message_id,
    )
