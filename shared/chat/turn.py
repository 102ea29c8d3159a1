"""The second and third step of a turn: stream the model's answer, then give the reply its end.

What a client is shown is in the database first. Tokens are gathered into groups (the first goes at
once, the next after 100 ms), a group is written as a chunk, and only then yielded. The statement that
writes it also reads whether somebody, on any instance, asked the turn to stop.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from shared.chat.budget import count_run, is_counted
from shared.chat.context import ChatMessage, deliver_images, has_images
from shared.chat.events import ChatEvent, Completed, Failed, Started, text_event
from shared.chat.prepare import PreparedTurn
from shared.chat.reply import MAX_GROUP_CHARACTERS, ErrorOut, UsageOut
from shared.config import ChatSettings, load
from shared.db.patience import with_patience
from shared.db.repositories import conversations, messages
from shared.db.session import plain_transaction, transaction
from shared.db.types import utc_now
from shared.llm.answer import Finished
from shared.llm.errors import AnswerTooLong, ProviderError
from shared.metrics import record
from shared.storage import get_object_store
from shared.threads import run_in_thread
from shared.wakeup import Wakeup

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
Kind = Literal["delta", "reasoning"]
# Of text and reasoning. Far more than a model says, and, at four bytes each, less than what a row and one
# packet to the database take (MEDIUMTEXT and MariaDB's max_allowed_packet: 16 MB).
MAX_REPLY_CHARACTERS = 2_000_000


@dataclass
class _Inbox:
    """What the model has said and nobody has been shown yet."""

    pieces: list[tuple[Kind, str]] = field(default_factory=list)
    outcome: Finished | ProviderError | None = None
    # Somebody asked the turn to stop, or another process took it for dead and ended it.
    unwanted: bool = False
    _wakeup: Wakeup = field(default_factory=Wakeup)

    def put(self, kind: Kind, text: str) -> None:
        self.pieces.append((kind, text))
        self._wakeup.wake()

    def end(self, outcome: Finished | ProviderError) -> None:
        self.outcome = outcome
        self._wakeup.wake()

    async def wait(self, seconds: float) -> bool:
        """Until something is put or it ends; False when nothing happened for so long."""
        return await self._wakeup.wait(asyncio.get_running_loop().time() + seconds)

    def take(self) -> tuple[Kind, str]:
        """The longest run of one kind, as far as it fits a group."""
        kind = self.pieces[0][0]
        count = next((i for i, piece in enumerate(self.pieces) if piece[0] != kind), len(self.pieces))
        text = "".join(piece[1] for piece in self.pieces[:count])
        group, rest = text[:MAX_GROUP_CHARACTERS], text[MAX_GROUP_CHARACTERS:]
        self.pieces[:count] = [(kind, rest)] if rest else []
        return kind, group


@dataclass
class _Reply:
    """The reply as it stands in the database, chunks included."""

    text: list[str]
    reasoning: list[str]
    event_lengths: list[int]

    def add(self, kind: Kind, text: str) -> None:
        (self.text if kind == "delta" else self.reasoning).append(text)
        self.event_lengths.append(len(text) if kind == "delta" else -len(text))

    @property
    def next_seq(self) -> int:
        return len(self.event_lengths) + 1


async def run_turn(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    """The events of a turn, from `started` to `completed` or `failed`, each durable before it is yielded.

    Cancelling or closing it ends the reply as `interrupted`. Raises sqlalchemy.exc.DBAPIError when the
    database stays away for longer than `database_patience_seconds`.
    """
    reply = _Reply([turn.text], [turn.reasoning], list(turn.event_lengths))
    started_at = time.perf_counter()
    seq = reply.next_seq
    reply.event_lengths.append(0)
    inbox = _Inbox()
    reader = asyncio.create_task(_read_model(turn, inbox))
    end: dict[str, Any] = {"status": "interrupted"}
    ended = False
    first_token_ms: int | None = None
    try:
        yield Started(
            seq=seq,
            conversation_id=turn.conversation_id,
            user_message_id=turn.user_message_id,
            assistant_message_id=turn.assistant_message_id,
            model=turn.model,
        )
        if is_counted(turn.endpoint):  # The model has been asked, and thinks.
            await with_patience(_count, turn)
        async with aclosing(_groups(turn, inbox, reply)) as groups:
            async for event in groups:
                if first_token_ms is None:
                    first_token_ms = round((time.perf_counter() - started_at) * 1000)
                yield event
        end = _end_of(inbox, turn)
        ended = True
    finally:
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
        # Also when we are being cancelled: a function that is shut down has a moment for this.
        final = await asyncio.shield(with_patience(_finish, turn, reply, end))
        duration_ms = round((time.perf_counter() - started_at) * 1000)
        _measure(turn, inbox, final, first_token_ms, duration_ms)
    # Streaming still, in a turn that followed this one: that one's readers are told how it ends.
    if ended and final["status"] != "streaming":
        yield _last_event(turn, reply.next_seq, final)


def _measure(
    turn: PreparedTurn, inbox: _Inbox, final: dict[str, Any], first_token_ms: int | None, duration_ms: int
) -> None:
    """Nothing here is the user's: whose server a model of theirs runs on is their affair."""
    # Not `final`'s, which counts the turns that this one continues.
    usage = inbox.outcome.usage if isinstance(inbox.outcome, Finished) else None
    record(
        "turn",
        turns=1,
        failed_turns=int(final["status"] == "failed"),
        first_token_ms=first_token_ms,
        duration_ms=duration_ms,
        prompt_tokens=usage and usage.prompt_tokens,
        completion_tokens=usage and usage.completion_tokens,
        status=final["status"],
        error_code=(final.get("error") or {}).get("code"),
        model_host=urlsplit(turn.endpoint.base_url).hostname if turn.endpoint.is_default else None,
        conversation_id=turn.conversation_id,
        message_id=turn.assistant_message_id,
    )


async def _read_model(turn: PreparedTurn, inbox: _Inbox) -> None:
    try:
        chat = await _deliver(turn)
        provider = await run_in_thread(load_provider) if _provider is None else _provider
        room = MAX_REPLY_CHARACTERS - len(turn.text) - len(turn.reasoning)
        async with aclosing(provider.stream_chat(turn.endpoint, chat)) as answer:
            async for event in answer:
                if isinstance(event, Finished):
                    inbox.end(event)
                    return
                room -= len(event.text)
                if room < 0:
                    inbox.end(AnswerTooLong())
                    return
                inbox.put(event.kind, event.text)
    except ProviderError as error:
        inbox.end(error)
    except Exception:  # noqa: BLE001 - an edge
        # The turn must end whatever the reading runs into; it is logged here with its traceback.
        _log.exception("reading the model's answer failed")
        inbox.end(ProviderError())


_provider: ModuleType | None = None


def load_provider() -> ModuleType:
    """The module that calls models, with its HTTP. A server loads it while it waits for its first request, and not
    for its start."""
    global _provider
    _provider = import_module("shared.llm.provider")
    return _provider


async def _deliver(turn: PreparedTurn) -> Sequence[ChatMessage]:
    # Only images need the store, which is asked in a thread.
    if not has_images(turn.messages):
        return deliver_images(turn.messages, turn.endpoint, get_object_store())
    return await run_in_thread(deliver_images, turn.messages, turn.endpoint, get_object_store())


async def _groups(turn: PreparedTurn, inbox: _Inbox, reply: _Reply) -> AsyncGenerator[ChatEvent, None]:
    """Text deltas as they become durable, until the model has ended or the turn was stopped."""
    settings = load(ChatSettings)
    last_write = float("-inf")
    last_heartbeat = time.monotonic()
    while True:
        if not inbox.pieces:
            if inbox.outcome is not None:
                return
            if not await inbox.wait(settings.stop_poll_seconds):
                beat = time.monotonic() - last_heartbeat >= settings.heartbeat_seconds
                if beat:
                    last_heartbeat = time.monotonic()
                if not await with_patience(_look, turn, beat):
                    inbox.unwanted = True
                    return
            continue
        wait = last_write + settings.group_seconds - time.monotonic()
        if wait > 0 and inbox.outcome is None:
            await asyncio.sleep(wait)
        kind, text = inbox.take()
        seq = reply.next_seq
        last_write = last_heartbeat = time.monotonic()
        if not await with_patience(_append, turn, seq, kind, text):
            inbox.unwanted = True
            return
        reply.add(kind, text)
        yield text_event(kind, seq, turn.assistant_message_id, text)


def _end_of(inbox: _Inbox, turn: PreparedTurn) -> dict[str, Any]:
    """The columns that a turn's outcome sets."""
    outcome = inbox.outcome
    if inbox.unwanted or outcome is None:
        return {"status": "stopped"}
    if isinstance(outcome, ProviderError):
        return {"status": "failed", "error": {"code": outcome.code, "message": outcome.message}}
    usage = None
    if outcome.usage is not None:
        before = turn.usage or {}
        usage = {
            "prompt_tokens": before.get("prompt_tokens", 0) + outcome.usage.prompt_tokens,
            "completion_tokens": before.get("completion_tokens", 0) + outcome.usage.completion_tokens,
        }
    return {"status": "completed", "finish_reason": outcome.finish_reason, "usage": usage or turn.usage}


def _last_event(turn: PreparedTurn, seq: int, final: dict[str, Any]) -> ChatEvent:
    user_id, reply_id = turn.user_message_id, turn.assistant_message_id
    if final["status"] == "failed":
        return Failed(seq=seq, user_message_id=user_id, assistant_message_id=reply_id, error=ErrorOut(**final["error"]))
    usage = final.get("usage")
    return Completed(
        seq=seq,
        user_message_id=user_id,
        assistant_message_id=reply_id,
        status=final["status"],
        finish_reason=final.get("finish_reason"),
        usage=UsageOut(**usage) if usage else None,
    )


def _count(turn: PreparedTurn) -> None:
    with transaction() as session:
        count_run(session, turn.user_id, utc_now())


def _append(turn: PreparedTurn, seq: int, kind: Kind, text: str) -> bool:
    try:
        with plain_transaction() as connection:
            return messages.append_chunk(
                connection, turn.assistant_message_id, turn.turn_id, seq, kind, text, utc_now()
            )
    except IntegrityError:
        # It is there: a commit whose answer was lost is being tried again.
        return True


def _look(turn: PreparedTurn, beat: bool) -> bool:
    with transaction() as session:
        if beat:
            messages.record_heartbeat(session, turn.assistant_message_id, turn.turn_id, utc_now())
        return messages.is_wanted(session, turn.assistant_message_id, turn.turn_id)


def _finish(turn: PreparedTurn, reply: _Reply, end: dict[str, Any]) -> dict[str, Any]:
    """Write the reply's end; what it ended as, which is another's word when another came first."""
    text, reasoning = "".join(reply.text), "".join(reply.reasoning)
    with plain_transaction() as connection:
        # First, as everybody who locks both locks the conversation before its messages: a deletion at
        # this moment waits, instead of deadlocking.
        conversations.record_activity(connection, turn.user_id, turn.conversation_id, utc_now())
        written = messages.end_streaming(
            connection,
            turn.assistant_message_id,
            turn.turn_id,
            {
                "text": text,
                "reasoning": reasoning or None,
                "event_lengths": reply.event_lengths,
                **end,
            },
        )
    if written:
        return end
    with transaction() as session:
        message = messages.find_message(session, turn.user_id, turn.assistant_message_id)
        if message is None:  # Deleted with its conversation.
            return {"status": "stopped"}
        return {
            "status": message.status,
            "finish_reason": message.finish_reason,
            "usage": message.usage,
            "error": message.error,
        }


_running: set[asyncio.Task[None]] = set()


class EventSink(Protocol):
    """Somebody else who is told the events of a turn."""

    def put(self, event: ChatEvent) -> None: ...

    async def close(self) -> None:
        """Return when all that was put has been delivered or given up."""
        ...


def start_turn(turn: PreparedTurn, sink: EventSink | None = None) -> AsyncGenerator[ChatEvent, None]:
    """Run a turn on its own: whoever reads the events may leave, and it goes on to its end."""
    queue: asyncio.Queue[ChatEvent | None] = asyncio.Queue()

    async def run() -> None:
        try:
            async with aclosing(run_turn(turn)) as events:
                async for event in events:
                    queue.put_nowait(event)
                    if sink is not None:
                        sink.put(event)
        except Exception:  # noqa: BLE001 - an edge
            # The reader's stream ends without its last event, and the client comes back for the rest.
            _log.exception("a turn broke off")
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


async def end_turns() -> None:
    """End what is running as `interrupted`, at shutdown."""
    tasks = list(_running)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
