"""Replies whose process died: found by the next reader, folded from their chunks, ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from shared.config import ChatSettings, load
from shared.db.models import Message, MessageChunk
from shared.db.repositories import messages


def fold_chunks(message: Message, chunks: Sequence[MessageChunk]) -> dict[str, Any]:
    """The columns `text`, `reasoning` and `event_lengths` of a reply with what its chunks add."""
    text = message.text + "".join(chunk.text for chunk in chunks if chunk.kind == "delta")
    reasoning = (message.reasoning or "") + "".join(chunk.text for chunk in chunks if chunk.kind == "reasoning")
    lengths = [len(chunk.text) if chunk.kind == "delta" else -len(chunk.text) for chunk in chunks]
    return {
        "text": text,
        "reasoning": reasoning or None,
        # The 0 is the `started` of the turn that wrote these chunks.
        "event_lengths": [*(message.event_lengths or ()), 0, *lengths],
    }


def settle(session: Session, streaming: Sequence[Message], now: datetime) -> None:
    """Show replies that are streaming with the text they have so far, and end those whose process is gone.

    The messages are changed in memory; only the ended ones in the database. A constant number of
    statements but for the ended.
    """
    if not streaming:
        return
    chunks: dict[str, list[MessageChunk]] = {message.id: [] for message in streaming}
    for chunk in messages.list_chunks(session, list(chunks)):
        chunks[chunk.message_id].append(chunk)
    stale = timedelta(seconds=load(ChatSettings).stale_seconds)
    for message in streaming:
        own = chunks[message.id]
        signs = [message.created_at, message.heartbeat_at, own[-1].created_at if own else None]
        values = fold_chunks(message, own)
        session.expunge(message)  # What follows is for the reader, not for the row.
        if now - max(sign for sign in signs if sign is not None) > stale:
            values["status"] = "stopped" if message.stop_requested_at else "interrupted"
            messages.end_streaming(session, message.id, message.turn_id, values)
        for name, value in values.items():
            setattr(message, name, value)
