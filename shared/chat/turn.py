"""The write-before-send loop of a turn: stream the model's answer, then end the reply.

An event is in the database before a client is sent it. Text is gathered into groups (the first is written at once,
the next after 100 ms); a group is written as a chunk and only then yielded. The statement that writes it also reads
whether the turn was asked to stop, on any instance.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from urllib.parse import urlsplit

from shared.chat.event_log import ReplyEnd, ReplyIds
from shared.chat.events import ChatEvent
from shared.chat.model_reader import AnswerBuffer, read_model
from shared.chat.prepare import PreparedTurn
from shared.chat.quota import count_run, is_counted
from shared.chat.reply_writer import ReplyWriter
from shared.config import ChatSettings, load
from shared.db.retry import retry_while_unreachable
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.llm.answer import Finished
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError
from shared.metrics import record

# Of text and reasoning. At four bytes each it fits a row and one packet to the database (MEDIUMTEXT and MariaDB's
# max_allowed_packet: 16 MB).
MAX_REPLY_CHARACTERS = 2_000_000


async def run_turn(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    """The events of a turn, from `started` to `completed` or `failed`, each durable before it is yielded.

    Cancelling or closing it ends the reply as `interrupted`. Raises sqlalchemy.exc.DBAPIError when the
    database stays away for longer than `database_retry_seconds`.
    """
    writer = ReplyWriter(turn.user_id, turn.turn_id, turn.ids, turn.log)
    answer = AnswerBuffer()
    room = MAX_REPLY_CHARACTERS - turn.log.characters
    started_at = time.perf_counter()
    reader = asyncio.create_task(read_model(turn.endpoint, turn.messages, room, answer))
    end = ReplyEnd("interrupted", usage=turn.usage)
    first_token_ms: int | None = None
    try:
        yield writer.start()
        if is_counted(turn.endpoint):  # The model is thinking meanwhile.
            await retry_while_unreachable(_count_run, turn.user_id)
        async with aclosing(_write_groups(answer, writer)) as events:
            async for event in events:
                if first_token_ms is None:
                    first_token_ms = _ms_since(started_at)
                yield event
        end = _end_of(None if writer.is_stopped else answer.outcome, turn.usage)
    finally:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
        # Also when this task is being cancelled: a function that is shut down has a moment to write the end.
        final = await asyncio.shield(retry_while_unreachable(writer.finish, end))
        _record_turn(turn.ids, turn.endpoint, answer.outcome, final, first_token_ms, _ms_since(started_at))
    # Streaming: another turn has followed, and its final event will be the reply's.
    if final.status != "streaming":
        yield writer.final_event(final)


async def _write_groups(answer: AnswerBuffer, writer: ReplyWriter) -> AsyncGenerator[ChatEvent, None]:
    """The events of the answer's groups as they become durable, until the answer ends or the turn is stopped."""
    settings = load(ChatSettings)
    last_write = float("-inf")
    last_heartbeat = time.monotonic()
    while answer.pieces or answer.outcome is None:
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


def _end_of(outcome: Finished | ProviderError | None, usage_before: Mapping[str, int] | None) -> ReplyEnd:
    """The end that an answer's outcome gives its reply; None: the turn was stopped.

    `usage_before`: of the turns that this one continues.
    """
    if outcome is None:
        return ReplyEnd("stopped", usage=usage_before)
    if isinstance(outcome, ProviderError):
        error = {"code": outcome.code, "message": outcome.message}
        return ReplyEnd("failed", usage=usage_before, error=error)
    usage = usage_before
    if outcome.usage is not None:
        before = usage_before or {}
        usage = {
            "prompt_tokens": before.get("prompt_tokens", 0) + outcome.usage.prompt_tokens,
            "completion_tokens": before.get("completion_tokens", 0) + outcome.usage.completion_tokens,
        }
    return ReplyEnd("completed", outcome.finish_reason, usage)


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
