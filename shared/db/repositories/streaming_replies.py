"""Streaming and waiting replies of all users, for the sweep."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db.models import Message


def list_stale_replies(session: Session, stale_before: datetime, after: str, limit: int) -> Sequence[Message]:
    """Replies without a heartbeat since a time, after the id `after`, sorted by id.

    Their chunks, which also count as heartbeats, are not checked.
    """
    query = select(Message).where(
        Message.status == "streaming",
        func.coalesce(Message.heartbeat_at, Message.created_at) < stale_before,
        Message.id > after,
    )
    return session.scalars(query.order_by(Message.id).limit(limit)).all()


def list_waiting_replies(session: Session, waiting_since: datetime, limit: int) -> Sequence[Message]:
    """Replies that have waited for their user since a time, by the heartbeat of their last process."""
    query = select(Message).where(
        Message.status == "waiting", func.coalesce(Message.heartbeat_at, Message.created_at) < waiting_since
    )
    return session.scalars(query.order_by(Message.id).limit(limit)).all()
