"""Abandoned replies, whose process died or released them: those that nobody can take over (shared.chat.takeover) are
ended with what they have."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import InvalidRequestError, OperationalError
from sqlalchemy.orm import Session

from shared.chat.event_log import fold_live, live_events
from shared.config import ChatSettings, load
from shared.db.models import Message, MessageChunk, MessageStep
from shared.db.models.message import Status
from shared.db.repositories import message_steps, messages
from shared.db.retry import was_rolled_back
from shared.logging import fields
from shared.metrics import record

_log = logging.getLogger(__name__)

# A reply whose processes keep dying would otherwise go on for ever.
MAX_RECOVERIES = 5


def is_stale(session: Session, message: Message, now: datetime) -> bool:
    """Whether the process that streams a reply released it, or has sent no heartbeat for longer than
    `stale_seconds`. Not while a tool's server runs a call on its own, unless the user stopped the reply."""
    if message.turn_id is None:
        return message.stop_requested_at is not None or message.resume_at is None or message.resume_at <= now
    if not _has_no_heartbeat(message, None, now):
        return False
    return _has_no_heartbeat(message, messages.newest_chunk_at(session, message.id), now)


def can_be_taken_over(message: Message) -> bool:
    """Whether a process can go on with a reply: its model can be chosen without the request's secrets, nobody asked to
    stop it, and it was not recovered too often."""
    return (
        message.model_fields is not None and message.stop_requested_at is None and message.recoveries < MAX_RECOVERIES
    )


def recover_replies(
    session: Session, streaming: Sequence[Message], now: datetime, *, may_be_taken_over: bool = True
) -> None:
    """Fold the chunks of streaming replies into the messages in memory, and end those that are abandoned.

    With `may_be_taken_over`, replies that a process can take over are left to a reader that can run their turn.
    Only ended replies are written to the database. The number of statements is constant, but for ended replies and
    those without a chunk.
    """
    if not streaming:
        return
    chunks: dict[str, list[MessageChunk]] = {message.id: [] for message in streaming}
    for chunk in messages.list_chunks(session, list(chunks)):
        chunks[chunk.message_id].append(chunk)
    steps = list_steps_of(session, streaming)
    for message in streaming:
        own = chunks[message.id]
        live = live_events(message, own, steps.get(message.id, []))
        if not own or live is None:
            # Since it was read, it may have ended or been taken over, which deleted its chunks.
            with suppress(InvalidRequestError):  # Deleted with its conversation.
                session.refresh(message)
        session.expunge(message)  # The folded text is for the reader; the row stays as it is.
        if message.status != "streaming":
            continue
        values = fold_live(message, live or ()).columns()
        newest_at = own[-1].created_at if own else None
        is_abandoned = message.turn_id is None or _has_no_heartbeat(message, newest_at, now)
        if is_abandoned and not (may_be_taken_over and can_be_taken_over(message)):
            status: Status = "stopped" if message.stop_requested_at else "interrupted"
            ended = end_abandoned(session, message, status, now)
            if ended is None and _has_ended(session, message):
                continue
            values = ended or {**values, "status": status}
        for name, value in values.items():
            setattr(message, name, value)


def list_steps_of(session: Session, replies: Sequence[Message]) -> dict[str, list[MessageStep]]:
    """The steps of replies, by message. One statement for each user, none where no reply has tools."""
    owners: dict[str, list[str]] = {}
    for reply in replies:
        if reply.tools is not None:
            owners.setdefault(reply.user_id, []).append(reply.id)
    found: dict[str, list[MessageStep]] = {}
    for user_id, message_ids in owners.items():
        for step in message_steps.list_steps(session, user_id, message_ids):
            found.setdefault(step.message_id, []).append(step)
    return found


def end_abandoned(session: Session, message: Message, status: Status, now: datetime) -> dict[str, Any] | None:
    """End a reply with everything that its turn has written; the new values of its row.

    None when it has ended already, or when a readable database refuses the write (its disk is full): the reply is still
    shown, and the next reader ends it.
    """
    try:
        log = messages.lock_log(session, message)
        if log is None:
            return None
        # Read under the lock: the process that was taken for dead may have been slow, and wrote until then.
        message.text, message.reasoning, message.event_log = log
        chunks = messages.list_chunks(session, [message.id])
        live = live_events(message, chunks, list_steps_of(session, [message]).get(message.id, []))
        values: dict[str, Any] = {**fold_live(message, live or ()).columns(), "status": status}
        if not messages.end_streaming(session, message.id, message.turn_id, values):
            return None
    except OperationalError as error:
        if error.connection_invalidated or was_rolled_back(error):
            raise
        _log.warning("a reply could not be ended", exc_info=True, extra=fields(message_id=message.id))
        return None
    if message.tools is not None:
        message_steps.end_open_steps(session, message.id, now)
    record(
        "stuck turn",
        stuck_turns=1,
        status=status,
        conversation_id=message.conversation_id,
        message_id=message.id,
    )
    return values


def _has_ended(session: Session, message: Message) -> bool:
    """Whether the reply ended since it was read, which deleted its chunks; the message then gets the current values."""
    current = messages.find_message(session, message.user_id, message.id)
    if current is None or current.status == "streaming":
        return False
    for name in ("text", "reasoning", "event_log", "status", "finish_reason", "usage", "error", "details"):
        setattr(message, name, getattr(current, name))
    return True


def _has_no_heartbeat(message: Message, newest_chunk_at: datetime | None, now: datetime) -> bool:
    heartbeats = [at for at in (message.created_at, message.heartbeat_at, newest_chunk_at) if at is not None]
    return now - max(heartbeats) > timedelta(seconds=load(ChatSettings).stale_seconds)
