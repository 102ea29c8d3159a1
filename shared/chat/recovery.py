"""Recovery of replies whose process died: the next reader folds their chunks and ends them."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.chat.event_log import fold_chunks
from shared.config import ChatSettings, load
from shared.db.models import Message, MessageChunk
from shared.db.repositories import messages
from shared.db.retry import was_rolled_back
from shared.logging import fields
from shared.metrics import record

_log = logging.getLogger(__name__)


def is_stale(session: Session, message: Message, now: datetime) -> bool:
    """Whether the process that streams a reply has sent no heartbeat for longer than `stale_seconds`."""
    if not _has_no_heartbeat(message, None, now):
        return False
    return _has_no_heartbeat(message, messages.newest_chunk_at(session, message.id), now)


def recover_replies(session: Session, streaming: Sequence[Message], now: datetime) -> None:
    """Fold the chunks of streaming replies into the messages in memory, and end those whose heartbeat is stale.

    Only ended replies are written to the database. The number of statements is constant, but for ended replies and
    those without a chunk.
    """
    if not streaming:
        return
    chunks: dict[str, list[MessageChunk]] = {message.id: [] for message in streaming}
    for chunk in messages.list_chunks(session, list(chunks)):
        chunks[chunk.message_id].append(chunk)
    for message in streaming:
        own = chunks[message.id]
        values = fold_chunks(message, own).columns()
        session.expunge(message)  # The folded text is for the reader; the row stays as it is.
        if not own and _has_ended(session, message):
            continue
        if _has_no_heartbeat(message, own[-1].created_at if own else None, now):
            values["status"] = "stopped" if message.stop_requested_at else "interrupted"
            if _end(session, message, values):
                ids = {"conversation_id": message.conversation_id, "message_id": message.id}
                record("stuck turn", stuck_turns=1, status=values["status"], **ids)
            elif _has_ended(session, message):
                continue
        for name, value in values.items():
            setattr(message, name, value)


def _end(session: Session, message: Message, values: dict[str, Any]) -> bool:
    """False when it has ended already, or when a readable database refuses the write (its disk is full): the reply is
    still shown, and the next reader ends it."""
    try:
        return messages.end_streaming(session, message.id, message.turn_id, values)
    except OperationalError as error:
        if error.connection_invalidated or was_rolled_back(error):
            raise
        _log.warning("a reply could not be ended", exc_info=True, extra=fields(message_id=message.id))
        return False


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
