"""Streaming and waiting replies of all users, for the sweep and the operator."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.db.models import Message, WsConnection


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


class ReplyCounts(NamedTuple):
    """Everybody's replies that have not ended. `stuck`: streaming ones without a heartbeat since a time."""

    streaming: int
    stuck: int
    waiting: int
    # Open WebSocket connections of all users.
    connections: int


def count_replies(session: Session, stale_before: datetime) -> ReplyCounts:
    """One statement, which reads the index of the replies' status."""
    counted = select(func.count()).select_from(Message)
    is_stale = func.coalesce(Message.heartbeat_at, Message.created_at) < stale_before
    counts = (
        counted.where(Message.status == "streaming"),
        counted.where(Message.status == "streaming", is_stale),
        counted.where(Message.status == "waiting"),
        select(func.count()).select_from(WsConnection),
    )
    return ReplyCounts(*session.execute(select(*(count.scalar_subquery() for count in counts))).one())
